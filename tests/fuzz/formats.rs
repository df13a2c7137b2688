//! Each format that is read, and the laws that hold for every input of it.

use crate::archives::{archive, backed_up, packed, unpacked};
use crate::bed::{Bed, today};
use crate::charts::{chart, index, own, practice};
use crate::copies::copies;
use crate::{cells, imports, logs, mutate, states, vaults, waiting};
use chrono::{Days, NaiveDate};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::Course;
use cobalog::clinic::knowledge::{asset, regimen_files};
use cobalog::clinic::practice::Practice;
use cobalog::store::{StoreError, read_chart, write_chart};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What does not hold, in a sentence.
pub type Law = Result<(), String>;

macro_rules! formats {
    ($($(#[$doc:meta])* $format:ident = $name:literal,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Format {
            $($(#[$doc])* $format,)+
        }

        impl Format {
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$format),+];

            /// Returns the name of its folder in `tests/corpus`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$format => $name,)+
                }
            }
        }
    };
}

formats! {
    /// `charts/<id>.ron`
    Charts = "charts",
    /// `practice.ron`
    Practice = "practice",
    /// `regimens/*.ron`
    Regimens = "regimens",
    /// `products/*.ron`
    Products = "products",
    /// `roster.idx`: as an index is private to one build of the program, an input is the number that damages a fresh one.
    Index = "index",
    /// What was half typed: `.ron` and `.flushed`.
    Drafts = "drafts",
    /// What was recorded on this workstation.
    Recorded = "recorded",
    /// Backups as files.
    Archives = "archives",
    /// Backups before they are packed, so that damage reaches the names and sums.
    Tars = "tars",
    /// What is known of the backups.
    Status = "status",
    /// A chart, and behind `=====` each a copy that another program left beside it.
    Copies = "copies",
    /// Tables of other systems, and our own.
    Tables = "tables",
    /// FHIR: bundles, one resource, a resource a line.
    Bundles = "bundles",
    /// A laboratory's HL7 v2 messages, alone and in a folder.
    Reports = "reports",
    /// `unmatched/*.ron`: what waits for a name.
    Unmatched = "unmatched",
    /// `audit/*.log`
    Logs = "logs",
    /// `audit.json`: where this workstation's log stands.
    Remembered = "remembered",
    /// `keys/seal.key`, and copies of it that a sync program leaves.
    Seals = "seals",
    /// What this workstation is called.
    Station = "station",
    /// Wrong tries to sign in.
    Tries = "tries",
    /// Which charts were seen to hold all that was recorded here.
    Stamps = "stamps",
    /// `keys/<slot>.age`: the practice's key under a passphrase.
    Slots = "slots",
    /// `keys/recipient`: the practice's word of its key; the same bytes as `.sealed` in the state folder.
    Recipient = "recipient",
    /// `charts/<id>.ron` of an encrypted practice.
    Shut = "shut",
    /// Encrypted backups, which carry the keys.
    Carried = "carried",
    /// `roster.idx` and `roster.log` of an encrypted practice: an input is the number that damages fresh ones.
    ShutIndex = "shut-index",
}

impl Format {
    /// Returns the kept seeds: inputs that were a fault once, damaged ones that reach what others do not (`reaches-*`), and
    /// sound ones of every kind.
    pub fn seeds(self) -> Vec<Vec<u8>> {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let mut seeds = files(&tests.join("corpus").join(self.name()));
        let golden = |name: &str| ["1", "2", "3", "4", "5"].map(|n| tests.join(format!("golden/format-{n}/{name}")));
        let all = |name: &str| golden(name).iter().flat_map(|folder| files(folder)).collect::<Vec<_>>();
        match self {
            Self::Charts => seeds.extend(all("charts")),
            Self::Recorded => seeds.extend(all("charts").into_iter().take(3)),
            Self::Practice => seeds.extend(golden("practice.ron").iter().map(|path| fs::read(path).unwrap())),
            Self::Regimens => seeds.extend(regimen_files().map(|(_, text)| text.as_bytes().to_vec())),
            Self::Products => seeds.push(asset("products.ron").as_bytes().to_vec()),
            Self::Archives => seeds.push(archive(&Bed::new())),
            Self::Tars => seeds.push(unpacked(&archive(&Bed::new()))),
            Self::Status => seeds.push(states::status(&Bed::new())),
            Self::Tables => seeds.extend(imports::own_tables()),
            Self::Bundles => seeds.extend(imports::own_bundles()),
            Self::Unmatched => seeds.extend(all("unmatched").into_iter().chain(waiting::waits())),
            Self::Logs => seeds.extend(all("audit")),
            Self::Remembered => seeds.push(logs::remembers(&Bed::new())),
            Self::Seals => seeds.extend(all("keys")),
            Self::Station => seeds.extend([b"63RGZG\n".to_vec(), b"5K3X5G".to_vec()]),
            Self::Tries => seeds.push(states::wrong(&Bed::new())),
            Self::Stamps => seeds.push(states::stamp(&Bed::new())),
            Self::Slots | Self::Recipient | Self::Shut | Self::Carried => seeds.extend(vaults::seeds(self)),
            Self::Index | Self::ShutIndex | Self::Drafts | Self::Copies | Self::Reports => {}
        }
        seeds
    }

    /// Damages one of the seeds, as files of this kind break.
    pub fn damaged(self, seed: &[u8], seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
        match self {
            Self::Tables | Self::Reports => cells::damaged(seed, seeds, rng),
            Self::Bundles => cells::damaged_json(seed, seeds, rng),
            _ => mutate::damaged(seed, seeds, rng),
        }
    }

    /// Returns how long it is in turn in the long run: an encrypted practice takes a while to lay down.
    pub fn turn(self) -> Duration {
        let is_shut = matches!(self, Self::Slots | Self::Recipient | Self::Shut | Self::Carried | Self::ShutIndex);
        Duration::from_secs(if is_shut { 3 } else { 1 })
    }

    /// Proves the laws for one input.
    pub fn prove(self, bed: &Bed, input: &[u8]) -> Law {
        match self {
            Self::Charts => chart(bed, input),
            Self::Practice => practice(bed, input),
            Self::Regimens => own(bed, "regimens", input),
            Self::Products => own(bed, "products", input),
            Self::Index => index(bed, input),
            Self::Drafts => states::draft(bed, input),
            Self::Recorded => states::recorded(bed, input),
            Self::Archives => backed_up(bed, input),
            Self::Tars => backed_up(bed, &packed(input)),
            Self::Status => states::known(bed, input),
            Self::Copies => copies(input),
            Self::Tables => imports::table(bed, input),
            Self::Bundles => imports::bundle(bed, input),
            Self::Reports => imports::reports(bed, input),
            Self::Unmatched => waiting::unmatched(bed, input),
            Self::Logs => logs::log(bed, input),
            Self::Remembered => logs::remembered(bed, input),
            Self::Seals => logs::seal(bed, input),
            Self::Station => states::station(bed, input),
            Self::Tries => states::tries(bed, input),
            Self::Stamps => states::stamps(bed, input),
            Self::Slots => vaults::slot(bed, input),
            Self::Recipient => vaults::recipient(bed, input),
            Self::Shut => vaults::shut(bed, input),
            Self::Carried => vaults::carried(bed, input),
            Self::ShutIndex => vaults::index(bed, input),
        }
    }
}

/// A number that is the same for the same input, so that an input says by itself how it is proven.
pub fn number(input: &[u8]) -> u64 {
    input.iter().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

pub fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

pub fn law(holds: bool, what: impl FnOnce() -> String) -> Law {
    if holds { Ok(()) } else { Err(what()) }
}

/// A sentence that a nurse reads: no letters that drive a terminal, and the file is named.
pub fn said(error: &StoreError, path: &Path) -> Law {
    let words = error.to_string();
    law(error.path() == path && words.contains(&path.display().to_string()), || format!("not named: {words}"))?;
    law(words.len() < 1500, || format!("{} letters of error", words.len()))
}

pub fn unchanged(path: &Path, input: &[u8]) -> Law {
    law(fs::read(path).is_ok_and(|now| now == input), || format!("{} was changed by reading", path.display()))
}

/// Reads back as the same, and can be worked out on any day.
pub fn stands(chart: &Chart, practice: &Practice) -> Law {
    let path = Path::new("x.ron");
    let text = write_chart(chart, path).map_err(|e| format!("it cannot be written: {e}"))?;
    let back = read_chart(&text, path).map_err(|e| format!("it does not read back: {e}"))?;
    law(&back == chart, || "it reads back as another".to_owned())?;
    for day in [today(), NaiveDate::MIN, NaiveDate::MAX, today() + Days::new(400)] {
        let _ = Course::of(chart, practice, day);
    }
    Ok(())
}

/// Every file of a folder, by its name in it.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for path in fs::read_dir(next).into_iter().flatten().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}
