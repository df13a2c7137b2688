//! An encrypted practice: its keys, its word of them, a chart, a backup. The one in `tests/corpus/vault/` was made by
//! `cargo test --test fuzz -- --ignored the_kept_vault`, in a debug build, whose keys take no time to open.

use crate::bed::{Bed, NURSE, now, person, today};
use crate::charts::{given, look_through};
use crate::formats::{Format, Law, files, law, number, said, tree, unchanged};
use crate::mutate;
use cobalog::clinic::entry::PatientId;
use cobalog::store::disk::{Disk, Real};
use cobalog::store::vault::{Key, Vault, VaultError, encrypt, tidy};
use cobalog::store::{Places, Store, StoreError, backup, check, repair, restore};
use fastrand::Rng;
use secrecy::{ExposeSecret as _, SecretString};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const MAGIC: &[u8] = b"age-encryption.org/v1\n";
const PASSPHRASE: &str = "four brown horses";

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/vault")
}

fn secret() -> SecretString {
    SecretString::from(PASSPHRASE)
}

/// The kept practice, laid down, with its key.
pub struct Vaulted {
    dir: PathBuf,
    places: Places,
    key: Key,
    /// One that nothing happens to, and the one whose file is laid.
    good: PatientId,
    other: PatientId,
}

impl Vaulted {
    pub fn below(root: &Path) -> Self {
        let dir = root.join("data");
        lay(&dir);
        let at = |name: &str| Some(root.join(name));
        let places = Places { cache: at("cache"), state: at("state"), backups: at("backups") };
        let key = Vault::of(Real::shared(), &dir).unwrap().open("mk", &secret()).unwrap();
        let names = fs::read_dir(dir.join("charts")).unwrap().map(|e| e.unwrap().path());
        let mut ids: Vec<PatientId> = names.filter_map(|path| path.file_stem()?.to_str()?.parse().ok()).collect();
        ids.sort();
        Self { dir, places, key, good: ids[0], other: ids[1] }
    }

    fn disk(&self) -> Arc<dyn Disk> {
        self.key.disk(Real::shared())
    }

    fn store(&self) -> Result<Store, StoreError> {
        Store::open_on(&self.dir, self.places.clone(), self.disk())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Lays a file in the place of one, proves, and puts all back as it was.
    fn with(&self, path: &Path, input: &[u8], act: impl FnOnce() -> Law) -> Law {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, input).unwrap();
        let done = act();
        lay(&self.dir);
        for place in [&self.places.state, &self.places.backups] {
            let _ = fs::remove_dir_all(place.as_ref().unwrap());
        }
        done
    }

    /// No file of a patient is plain.
    fn is_shut(&self) -> Law {
        let charts = files(&self.at("charts"));
        law(charts.iter().all(|bytes| bytes.starts_with(MAGIC)), || "a chart was written plain".to_owned())
    }
}

/// Makes a folder what the kept practice is.
fn lay(dir: &Path) {
    let (wanted, there) = (tree(&kept().join("data")), tree(dir));
    for name in there.keys().filter(|name| !wanted.contains_key(*name)) {
        fs::remove_file(dir.join(name)).unwrap();
    }
    for (name, bytes) in wanted.iter().filter(|(name, bytes)| there.get(*name) != Some(bytes)) {
        fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
        fs::write(dir.join(name), bytes).unwrap();
    }
}

pub fn seeds(format: Format) -> Vec<Vec<u8>> {
    let at = |name: &str| fs::read(kept().join(name)).unwrap();
    match format {
        Format::Slots => vec![at("data/keys/mk.age"), at("data/keys/recovery.age")],
        Format::Recipient => vec![at("data/keys/recipient"), at("other-recipient")],
        Format::Shut => {
            let others = [at("data/keys/mk.age"), at("plain")];
            files(&kept().join("data/charts")).into_iter().chain(others).collect()
        }
        _ => vec![at("backup.tar.gz")],
    }
}

fn words(error: &VaultError) -> Law {
    let words = error.to_string();
    law(!words.is_empty() && words.len() < 1_500, || format!("{} letters of error", words.len()))
}

/// A key that was damaged opens this practice or nothing; the recovery key still does.
pub fn slot(bed: &Bed, input: &[u8]) -> Law {
    let vaulted = bed.vault();
    let path = vaulted.at("keys/mk.age");
    vaulted.with(&path, input, || {
        let keys = tree(&vaulted.at("keys"));
        let vault = Vault::of(Real::shared(), &vaulted.dir).ok_or("it is not encrypted any more")?;
        law(vault.slots() == ["mk"], || format!("the slots are {:?}", vault.slots()))?;
        let began = Instant::now();
        let opened = vault.open("mk", &secret());
        // One may take a second by its own word: such a one is not asked twice.
        let is_hard = began.elapsed() > Duration::from_millis(300);
        match opened {
            Ok(key) => law(key.public() == vaulted.key.public(), || "another key".to_owned())?,
            Err(error) => {
                words(&error)?;
                let is_told = matches!(error, VaultError::Wrong) || error.to_string().contains("mk.age");
                law(is_told, || format!("not named: {error}"))?;
            }
        }
        let code = SecretString::from(fs::read_to_string(kept().join("recovery")).unwrap());
        let any = || vault.open_any(&["mk".to_owned()], &code).map(|(key, _)| key);
        let opened = if is_hard { vault.open_with_recovery(&code) } else { any() };
        law(opened.is_ok_and(|key| key.public() == vaulted.key.public()), || {
            "the recovery key opens nothing".to_owned()
        })?;
        let report = check(&vaulted.dir, vaulted.places.clone(), vaulted.disk());
        law(report.charts == 2, || format!("{} charts: {:?}", report.charts, report.problems))?;
        law(tree(&vaulted.at("keys")) == keys, || "a key was written by reading".to_owned())?;
        backed_up(bed, vaulted, &code, number(input))
    })
}

/// A backup carries the keys that look like ones, and opens with the recovery key.
fn backed_up(bed: &Bed, vaulted: &Vaulted, code: &SecretString, seed: u64) -> Law {
    if !seed.is_multiple_of(4) {
        return Ok(());
    }
    let file = bed.at("carried.tar.gz");
    backup::write(&*vaulted.disk(), &vaulted.dir, &file, true).map_err(|e| e.to_string())?;
    let of = Vault::of_backup(Real::shared(), &file, &bed.at("restored")).map_err(|e| e.to_string())?;
    let key = of.ok_or("a backup is plain")?.open_with_recovery(code).map_err(|e| e.to_string())?;
    law(key.public() == vaulted.key.public(), || "the backup has another key".to_owned())
}

/// Whatever the practice says of its key, it is encrypted, and nothing plain is written to it.
pub fn recipient(bed: &Bed, input: &[u8]) -> Law {
    let vaulted = bed.vault();
    let path = vaulted.at("keys/recipient");
    let open = vaulted.store().map_err(|e| e.to_string())?;
    vaulted.with(&path, input, || {
        let plain = Store::open_with(&vaulted.dir, vaulted.places.clone());
        law(plain.is_err(), || "it opens without a key".to_owned())?;
        let _ = check(&vaulted.dir, vaulted.places.clone(), Real::shared());
        let said = open.record(vaulted.good, vec![given(today())], NURSE, now());
        let is_own = String::from_utf8_lossy(input).trim_start_matches('\u{feff}').trim() == vaulted.key.public();
        law(said.is_ok() == is_own, || format!("recorded: {is_own}, {:?}", said.err()))?;
        unchanged(&path, input)?;
        let vault = Vault::of(Real::shared(), &vaulted.dir).ok_or("it is not encrypted any more")?;
        match vault.open("mk", &secret()) {
            Ok(_) => {
                let now = fs::read_to_string(&path).map_err(|e| e.to_string())?;
                let is_said = now.trim_start_matches('\u{feff}').trim() == vaulted.key.public();
                law(is_said, || format!("opened, and it says {now}"))?;
                let rows = vaulted.store().map_err(|e| e.to_string())?.roster(today()).rows.len();
                law(rows == 2, || format!("{rows} charts"))?;
            }
            Err(error @ VaultError::Other { .. }) => {
                words(&error)?;
                unchanged(&path, input)?;
            }
            Err(error) => return Err(format!("it does not open: {error}")),
        }
        vaulted.is_shut()?;
        tidied(vaulted, input)
    })
}

/// What lies plain in the state folder is encrypted, unless this very key did so before.
fn tidied(vaulted: &Vaulted, input: &[u8]) -> Law {
    let state = vaulted.places.state.as_ref().unwrap();
    let lying = state.join("drafts/give-new.ron");
    fs::create_dir_all(lying.parent().unwrap()).unwrap();
    fs::write(&lying, b"(prompt: \"give\")").unwrap();
    fs::write(state.join(".sealed"), input).unwrap();
    let left = tidy(&vaulted.key, &vaulted.places, &Real::shared());
    let is_own = String::from_utf8_lossy(input).trim_start_matches('\u{feff}').trim() == vaulted.key.public();
    let is_shut = fs::read(&lying).is_ok_and(|bytes| bytes.starts_with(MAGIC));
    law(left.is_empty() && (is_shut || is_own), || format!("a draft lies plain: {left:?}"))
}

/// An encrypted chart that was damaged is named, hides nobody, and keeps its bytes.
pub fn shut(bed: &Bed, input: &[u8]) -> Law {
    let vaulted = bed.vault();
    let path = vaulted.at(&format!("charts/{}.ron", vaulted.other));
    vaulted.with(&path, input, || {
        let store = vaulted.store().map_err(|e| e.to_string())?;
        let (alone, roster, report) = (store.chart_alone(vaulted.other), store.roster(today()), store.check());
        law(roster.rows.iter().any(|row| row.id == vaulted.good), || "the good chart is hidden".to_owned())?;
        law(roster == store.roster(today()), || "it reads otherwise again".to_owned())?;
        law(report.charts >= 1, || "the good chart is not counted".to_owned())?;
        unchanged(&path, input)?;
        let recorded = store.record(vaulted.other, vec![given(today())], NURSE, now());
        match alone {
            Err(error) => {
                said(&error, &path)?;
                let named = |problems: &[cobalog::store::Problem]| problems.iter().any(|p| p.path == path);
                law(named(&roster.problems) && named(&report.problems), || format!("no list names it: {error}"))?;
                law(recorded.is_err(), || "written over damage".to_owned())?;
                unchanged(&path, input)?;
            }
            Ok(chart) => {
                let after = store.chart_alone(chart.id).map_err(|e| format!("after a write: {e}"))?;
                law(chart.entries().iter().all(|e| after.entry(e.id) == Some(e)), || "an entry is gone".to_owned())?;
                law(recorded.is_err() || vaulted.is_shut().is_ok(), || "it was written plain".to_owned())?;
            }
        }
        mended(vaulted, input)
    })
}

/// Mended or not, the bytes of what was damaged are there.
fn mended(vaulted: &Vaulted, input: &[u8]) -> Law {
    if !number(input).is_multiple_of(4) {
        return Ok(());
    }
    let report = repair::repair(&vaulted.dir, &vaulted.places, now(), vaulted.disk()).map_err(|e| e.to_string())?;
    // What lay there plain is kept encrypted.
    let (path, disk) = (vaulted.at(&format!("charts/{}.ron", vaulted.other)), vaulted.disk());
    let opened = |path: &PathBuf| {
        let mut bytes = Vec::new();
        let read = disk.read(path, 32 << 20, &mut bytes);
        read.is_ok() && bytes == input
    };
    let has = |path: &PathBuf| fs::read(path).is_ok_and(|bytes| bytes == input) || opened(path);
    for file in report.files.iter().filter(|f| f.path == path && f.left.is_none()) {
        law(file.kept.as_ref().is_some_and(has), || format!("the bytes are gone: {file:?}"))?;
    }
    let charts = vaulted.store().map_err(|e| e.to_string())?.roster(today()).rows.len();
    law(charts >= 1, || "after the repair nobody is there".to_owned())
}

/// An index that was damaged, or its journal, as it lies there or below its encryption, tells no other story than the charts.
pub fn index(bed: &Bed, input: &[u8]) -> Law {
    let vaulted = bed.vault();
    let (disk, mut rng) = (vaulted.disk(), Rng::with_seed(number(input)));
    let cache = vaulted.places.cache.as_ref().unwrap();
    let _ = fs::remove_dir_all(cache);
    let store = vaulted.store().map_err(|e| e.to_string())?;
    let _ = store.roster(today());
    store.record(vaulted.good, vec![given(today())], NURSE, now()).map_err(|e| e.to_string())?;
    let path = cache.join(if rng.bool() { "roster.idx" } else { "roster.log" });
    let mut fresh = Vec::new();
    let is_below = rng.bool();
    let read = if is_below { disk.read(&path, 1 << 24, &mut fresh) } else { Real.read(&path, 1 << 24, &mut fresh) };
    read.map_err(|e| format!("{}: {e}", path.display()))?;
    let bytes = mutate::damaged(&fresh, std::slice::from_ref(&fresh), &mut rng);
    if is_below {
        fs::remove_file(&path).unwrap();
        let mut file = disk.create(&path).map_err(|e| e.to_string())?;
        file.write_all(&bytes).and_then(|()| file.sync()).map_err(|e| e.to_string())?;
    }
    let as_lies = if is_below { fs::read(&path).unwrap() } else { bytes };
    vaulted.with(&path, &as_lies, || {
        let store = vaulted.store().map_err(|e| e.to_string())?;
        let bare = Store::open_on(&vaulted.dir, Places::default(), vaulted.disk()).map_err(|e| e.to_string())?;
        if let Some(roll) = store.roll_unverified() {
            look_through(&roll);
        }
        let same = || law(store.roster(today()) == bare.roster(today()), || "the index tells another story".to_owned());
        same().and_then(|()| same())?;
        let done = store.record(vaulted.other, vec![given(today())], NURSE, now());
        law(done.is_ok(), || format!("nothing can be recorded: {:?}", done.err()))?;
        same()?;
        let plain = files(cache).iter().any(|bytes| *bytes != as_lies && !bytes.starts_with(MAGIC));
        law(!plain, || "the index was written plain".to_owned())
    })
}

/// An encrypted backup that was damaged is refused with a sentence, or gives back what was in it.
pub fn carried(bed: &Bed, input: &[u8]) -> Law {
    let vaulted = bed.vault();
    let (file, to) = (bed.at("damaged.tar.gz"), bed.at("restored"));
    bed.lay(&file, input);
    let done = restored(vaulted, &file, &to);
    let _ = fs::remove_dir_all(&to);
    done?;
    unchanged(&file, input)?;
    // Into the practice that it is of, in which all of it is already.
    let store = vaulted.store().map_err(|e| e.to_string())?;
    let before = store.roster(today()).rows;
    let merged = store.merge(&file, now());
    let after = store.roster(today()).rows;
    let done = vaulted.is_shut();
    lay(&vaulted.dir);
    done?;
    law(before == after, || format!("a merge changed a chart: {:?}", merged.map(|m| m.entries)))
}

fn restored(vaulted: &Vaulted, file: &Path, to: &Path) -> Law {
    let of = match Vault::of_backup(Real::shared(), file, to) {
        Ok(of) => of,
        Err(error) => return said(&error, file),
    };
    let disk = match &of {
        None => Real::shared(),
        Some(vault) => match vault.open("mk", &secret()) {
            Ok(key) => key.disk(Real::shared()),
            // What the header carries is damaged; who has the practice's own key may still read it.
            Err(error) => return words(&error),
        },
    };
    match restore::into_empty(&*disk, file, to) {
        Err(error) => {
            said(&error, file)?;
            law(tree(to).is_empty(), || format!("left behind: {:?}", tree(to).keys()))
        }
        Ok(restored) => {
            let store = Store::open_on(to, Places::default(), disk).map_err(|e| format!("restored, and {e}"))?;
            let same = |id: PatientId| match (store.chart_alone(id), vaulted.store().and_then(|s| s.chart_alone(id))) {
                (Ok(back), Ok(was)) => back == was,
                _ => false,
            };
            let is_whole = same(vaulted.good) && same(vaulted.other) && restored.charts == 2;
            law(is_whole, || "what is restored is not what was in it".to_owned())
        }
    }
}

#[test]
#[ignore = "makes anew what is kept; by hand"]
fn the_kept_vault() {
    let bed = Bed::new();
    let store = bed.store();
    store.new_patient(vec![person("Other")], NURSE, now()).unwrap();
    let people = [("mk".to_owned(), secret())];
    let plain = files(&bed.dir().join("charts")).swap_remove(1);
    let on = encrypt(&bed.dir(), &Places::default(), &Real::shared(), &people, &mut |_, _| {}).unwrap();
    let disk = on.key.disk(Real::shared());
    backup::write(&*disk, &bed.dir(), &bed.at("backup.tar.gz"), true).unwrap();
    let _ = fs::remove_dir_all(kept());
    let wanted = tree(&bed.dir()).into_iter().filter(|(name, _)| !name.starts_with(".lock"));
    for (name, bytes) in wanted {
        bed.lay(&kept().join("data").join(name), &bytes);
    }
    fs::copy(bed.at("backup.tar.gz"), kept().join("backup.tar.gz")).unwrap();
    fs::write(kept().join("recovery"), on.recovery.unwrap().expose_secret()).unwrap();
    fs::write(kept().join("plain"), plain).unwrap();
    let other = Bed::new();
    let on = encrypt(&other.dir(), &Places::default(), &Real::shared(), &people, &mut |_, _| {}).unwrap();
    fs::write(kept().join("other-recipient"), format!("{}\n", on.key.public())).unwrap();
}
