//! Backups: as files, and before they are packed.

use crate::bed::{Bed, now};
use crate::formats::{Law, law, said, tree, unchanged};
use cobalog::clinic::entry::Entry;
use cobalog::store::disk::Real;
use cobalog::store::{backup, restore};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

pub fn archive(bed: &Bed) -> Vec<u8> {
    let to = bed.at("backup.tar.gz");
    backup::write(&Real, &bed.dir(), &to, true).unwrap();
    fs::read(to).unwrap()
}

pub fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut tar).unwrap();
    tar
}

pub fn packed(tar: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(tar).unwrap();
    gz.finish().unwrap()
}

/// The lines of the sums that stand in an archive as it is, whatever else is in it.
fn sums(file: &Path) -> BTreeMap<PathBuf, String> {
    let mut tar = tar::Archive::new(flate2::read::MultiGzDecoder::new(fs::File::open(file).unwrap()));
    let mut text = String::new();
    for entry in tar.entries().unwrap().map_while(Result::ok) {
        let mut entry = entry;
        if entry.path_bytes().ends_with(b"SHA256SUMS") {
            text.clear();
            let _ = entry.read_to_string(&mut text);
        }
    }
    let line = |l: &str| {
        l.split_once("  ").map(|(sum, name)| (PathBuf::from(name.trim_start_matches("./")), sum.to_ascii_lowercase()))
    };
    text.lines().filter_map(line).collect()
}

/// A backup is refused with a sentence and nothing is there, or what is there is what its sums prove.
pub fn backed_up(bed: &Bed, input: &[u8]) -> Law {
    use sha2::Digest as _;
    let (file, to) = (bed.at("damaged.tar.gz"), bed.at("restored"));
    bed.lay(&file, input);
    let restored = restore::into_empty(&Real, &file, &to);
    let there = tree(&to);
    let done = match &restored {
        Err(error) => said(error, &file).and_then(|()| law(there.is_empty(), || format!("left behind: {there:?}"))),
        Ok(_) => {
            let hex = |bytes: &[u8]| sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
            let found: BTreeMap<_, _> = there.iter().map(|(name, bytes)| (name.clone(), hex(bytes))).collect();
            law(found == sums(&file), || "not what the sums prove".to_owned())
        }
    };
    let _ = fs::remove_dir_all(&to);
    done?;
    unchanged(&file, input)?;
    let before = tree(&bed.dir());
    let merged = bed.store().merge(&file, now());
    let after = tree(&bed.dir());
    law(restored.is_ok() || merged.is_err(), || "refused by the one, taken by the other".to_owned())?;
    let stays = before
        .iter()
        .filter(|(name, _)| !name.starts_with(".lock"))
        .all(|(name, bytes)| after.get(name).is_some_and(|now| merged.is_ok() || now == bytes));
    let good = bed.store().chart_alone(bed.good.id).ok();
    let is_there = |entry: &Entry| good.as_ref().is_some_and(|good| good.entry(entry.id) == Some(entry));
    law(stays && bed.good.entries().iter().all(is_there), || "a merge took something away".to_owned())?;
    after
        .keys()
        .filter(|name| !before.contains_key(*name))
        .for_each(|name| drop(fs::remove_file(bed.dir().join(name))));
    Ok(())
}
