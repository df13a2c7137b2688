//! Charts that this workstation knows of and whose files are gone. Nothing of Cobalog deletes a chart, so that each is a
//! loss; a backup that was made since does not have it, so all of them are asked.

use super::archive;
use super::backup;
use super::files::{is_free, text_of};
use super::format::read_settings;
use super::open::Store;
use super::roster::chart_id;
use crate::clinic::entry::PatientId;
use crate::clinic::words;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

impl Store {
    /// Returns the charts whose files are certainly not there, with who knows of them, in words. It looks at every backup's
    /// names: a check does so, no screen.
    pub(super) fn gone(&self) -> BTreeMap<PatientId, String> {
        let mut gone = BTreeMap::new();
        let Some(here) = self.charts_here() else { return gone };
        let folder = self.places().backups.as_deref();
        let kept = folder.and_then(|folder| backup::list(self.disk(), folder).ok()).unwrap_or_default();
        for backup in kept {
            let charts = self.charts_in(&backup.path, &here);
            let known = || format!("the backup of {} has it", backup.made.format("%Y-%m-%d %H:%M"));
            charts.into_iter().filter(|id| !here.contains(id)).for_each(|id| {
                gone.entry(id).or_insert_with(known);
            });
        }
        for (_, known) in self.all_remembered().into_iter().filter(|(_, known)| !here.contains(&known.id)) {
            let entries = words::plural(i64::try_from(known.entries().len()).unwrap_or(i64::MAX), "entry");
            gone.entry(known.id).or_insert_with(|| format!("this computer recorded {entries} of it in the last days"));
        }
        gone.retain(|id, _| is_free(self.disk(), &self.chart_path(*id)));
        gone
    }

    /// Returns the charts that have a file; `None` where that cannot be known.
    fn charts_here(&self) -> Option<BTreeSet<PatientId>> {
        let folder = self.charts_dir();
        match self.disk().list(&folder) {
            Ok(listed) => {
                let names: io::Result<Vec<_>> = listed.map(|entry| entry.map(|entry| entry.path())).collect();
                Some(names.ok()?.iter().filter_map(|path| chart_id(path)).collect())
            }
            Err(_) => is_free(self.disk(), &folder).then(BTreeSet::new),
        }
    }

    /// Returns the charts that a backup names; none where it is another practice's, that was in this folder before.
    fn charts_in(&self, file: &Path, here: &BTreeSet<PatientId>) -> Vec<PatientId> {
        let mut name = None;
        let mut charts = Vec::new();
        archive::glance(self.disk(), file, |member, bytes| match member.strip_prefix("charts/") {
            Some(chart) => charts.extend(chart_id(Path::new(chart))),
            None if member == "practice.ron" => name = name_of(bytes),
            None => {}
        });
        let ours = &self.settings().name;
        let is_ours = ours.is_empty() || name.as_ref() == Some(ours) || charts.iter().any(|id| here.contains(id));
        if is_ours { charts } else { Vec::new() }
    }
}

fn name_of(bytes: &[u8]) -> Option<String> {
    let path = Path::new("practice.ron");
    text_of(bytes.to_vec(), path).and_then(|text| read_settings(&text, path)).ok().map(|settings| settings.name)
}
