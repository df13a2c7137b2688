//! What a folder lies on: a disk of this machine, whose changes the system tells, or something that others write to
//! behind the system's back.

use std::path::Path;

/// File systems whose server or daemon changes them unseen: NFS, SMB (three generations), FUSE, 9P, Ceph, AFS, Coda, NCP,
/// shared folders of virtual machines, cluster file systems.
#[cfg(any(target_os = "linux", target_os = "android"))]
const SHARED: [u32; 15] = [
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x6573_5546,
    0x0102_1997,
    0x00c3_6400,
    0x5346_414f,
    0x6b41_4653,
    0x7375_7245,
    0x564c,
    0x786f_4256,
    0xbacb_acbc,
    0x0116_1970,
    0x7461_636f,
];

/// Returns whether other machines may change the folder without this system's knowledge. Where that cannot be told, yes.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn is_shared(dir: &Path) -> bool {
    // The type is a number of 32 bits, which some systems give as a signed or a wider one.
    rustix::fs::statfs(dir)
        .map_or(true, |found| SHARED.iter().any(|magic| u64::from(*magic) == found.f_type as u64 & 0xffff_ffff))
}

/// Returns whether other machines may change the folder without this system's knowledge. Where that cannot be told, yes.
#[cfg(target_os = "macos")]
pub(super) fn is_shared(dir: &Path) -> bool {
    const LOCAL: u32 = 0x1000;
    rustix::fs::statfs(dir).map_or(true, |found| found.f_flags & LOCAL == 0)
}

/// Returns whether the folder lies on a share, which its full name says, also behind a drive's letter.
#[cfg(windows)]
pub(super) fn is_shared(dir: &Path) -> bool {
    use std::path::{Component, Prefix};
    let full = dir.canonicalize();
    match full.as_deref().map(|path| path.components().next()) {
        Ok(Some(Component::Prefix(prefix))) => matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)),
        _ => true,
    }
}

/// Returns whether other machines may change the folder unseen; of this system it is not known.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos", windows)))]
pub(super) fn is_shared(_: &Path) -> bool {
    true
}
