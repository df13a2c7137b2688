//! Which files stay plain: what a practice is called and who works there, its own regimens and products, the files of the
//! keys. No patient is in them, and a screen must be able to say whose passphrase it asks for.

use super::super::atomic::target_of;
use super::super::restore::STAGE;
use super::open::is_name;
use super::{KEYS, RECIPIENT, UNSEEN, UNSEEN_PLAIN, WANTED};
use std::path::{Component, Path};

/// The folders whose files stay plain.
const FOLDERS: [&str; 2] = ["regimens", "products"];

/// Returns whether a file among the keys is one of the practice's key; whatever else lies there is encrypted like a chart.
fn is_key_file(name: &str) -> bool {
    let name = target_of(name);
    [RECIPIENT, UNSEEN, UNSEEN_PLAIN, WANTED].contains(&name) || name.strip_suffix(".age").is_some_and(is_name)
}

/// Returns whether a file is written plain in an encrypted practice.
pub(super) fn is_plain(dir: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(dir) else { return false };
    let inside = inside.strip_prefix(STAGE).unwrap_or(inside);
    let mut parts = inside.components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(name)), None) => {
            let name = name.to_string_lossy();
            let name = target_of(&name);
            name == ".lock" || name.ends_with(".ron")
        }
        (Some(Component::Normal(folder)), Some(Component::Normal(name))) if folder == KEYS => {
            name.to_str().is_some_and(is_key_file)
        }
        (Some(Component::Normal(folder)), Some(_)) => FOLDERS.iter().any(|plain| folder == *plain),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_name_a_patient_is_never_plain() {
        let dir = Path::new("/p");
        for plain in [
            "practice.ron",
            "~practice.ron-0123456789abcdef.tmp",
            ".lock",
            "~.lock-0123456789abcdef.tmp",
            "regimens/own.ron",
            "products/x.ron",
            "keys/recipient",
            "keys/~mk.age-0123456789abcdef.tmp",
            ".restoring/practice.ron",
            ".restoring/keys/mk.age",
        ] {
            assert!(is_plain(dir, &dir.join(plain)), "{plain}");
        }
        for shut in [
            "charts/x.ron",
            "keys/other.key",
            "keys/~other.key-0123456789abcdef.tmp",
            "audit/2026-11-27.log",
            "charts/~x.ron-0123456789abcdef.tmp",
            "kept/practice.ron",
            "backup.tar.gz",
            "~backup.tar.gz-0123456789abcdef.tmp",
            ".restoring/charts/x.ron",
            "keys/seal.key",
            "keys/~seal.key-0123456789abcdef.tmp",
            "audit/2026-11-27-K7F3QX.log",
        ] {
            assert!(!is_plain(dir, &dir.join(shut)), "{shut}");
        }
        assert!(!is_plain(dir, Path::new("/media/keys/x.tar.gz")));
        assert!(!is_plain(dir, Path::new("/state/practice.ron")));
    }
}
