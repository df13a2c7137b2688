//! Whom a folder lets in, on a system that keeps a list of accounts for each. Windows gives a new folder the list of the one
//! that it lies in: within the user's own folders nobody else is on it, straight on a disk everybody is.

/// What is known of other accounts at a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Others {
    /// The bits of its metadata say it.
    InBits,
    /// They are kept out.
    KeptOut,
    /// They are let in; this command takes that from them.
    LetIn(String),
    /// The system does not say.
    Unknown,
}

#[cfg(windows)]
pub(super) use asked::others;

/// Of the answer of Windows, the account's own number and the list in the system's words for it (SDDL), whether others are
/// let in.
#[cfg(any(windows, test))]
fn told(answer: &str) -> Option<Others> {
    // What is printed is wrapped where it is long.
    let answer: String = answer.chars().filter(|c| !c.is_control()).collect();
    let (account, list) = answer.trim().split_once(' ')?;
    let (_, entries) = list.split_once("D:").filter(|_| account.starts_with("S-1-"))?;
    let is_open = entries.starts_with("NO_ACCESS_CONTROL") || entries.split('(').any(|entry| lets_in(entry, account));
    let command = format!("/inheritance:r /grant:r \"*{account}:(OI)(CI)F\" \"*S-1-5-18:(OI)(CI)F\"");
    Some(if is_open { Others::LetIn(command) } else { Others::KeptOut })
}

/// Returns whether one entry of the list allows anything to somebody else than this account, the system, and the
/// administrators, whom nothing keeps out.
#[cfg(any(windows, test))]
fn lets_in(entry: &str, account: &str) -> bool {
    // The system, administrators of the computer and of its domain, the owner, programs from the shop.
    const NO_OTHERS: [&str; 10] = ["SY", "BA", "LA", "DA", "EA", "CO", "OW", "PS", "AC", "S-1-5-18"];
    let mut parts = entry.split(';');
    let allows = parts.next().is_some_and(|kind| ["A", "OA", "XA", "ZA"].contains(&kind));
    let Some(who) = parts.nth(4).map(|who| who.split(')').next().unwrap_or(who)) else { return false };
    let is_program = who.starts_with("S-1-15-") || who.starts_with("S-1-5-80-");
    allows && who != account && !is_program && !NO_OTHERS.contains(&who)
}

#[cfg(windows)]
mod asked {
    use super::{Others, told};
    use std::os::windows::process::CommandExt as _;
    use std::path::Path;
    use std::process::{Command, Stdio};

    const NO_WINDOW: u32 = 0x0800_0000;
    const ASK: &str = "$ErrorActionPreference = 'Stop'; \
        [Security.Principal.WindowsIdentity]::GetCurrent().User.Value + ' ' + (Get-Acl -LiteralPath $env:COBALOG_FILE).Sddl";

    /// Asks the system, which takes a second; of what lies within the user's own folders it need not be asked.
    pub(in crate::store::disk) fn others(folder: &Path) -> Others {
        let own = directories::BaseDirs::new();
        let full = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        if own.is_some_and(|own| full.starts_with(own.home_dir())) {
            return Others::KeptOut;
        }
        match answer(&full).as_deref().and_then(told) {
            Some(Others::LetIn(command)) => Others::LetIn(format!("icacls \"{}\" {command}", folder.display())),
            told => told.unwrap_or(Others::Unknown),
        }
    }

    fn answer(folder: &Path) -> Option<String> {
        let mut command = Command::new("powershell");
        command.args(["-NoProfile", "-NonInteractive", "-Command", ASK]).env("COBALOG_FILE", folder);
        command.stdin(Stdio::null()).stderr(Stdio::null()).creation_flags(NO_WINDOW);
        command.output().ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NURSE: &str = "S-1-5-21-1-2-3-1001";

    /// Lists as Windows gives them for a folder in a profile, straight on a disk, after the command, and with another account.
    #[test]
    fn a_list_says_whether_others_are_let_in() {
        let own = format!("(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;{NURSE})");
        let is_open = |list: &str| {
            let answer = told(&format!("{NURSE} O:{NURSE}G:DUD:{list}\r\n")).unwrap();
            matches!(answer, Others::LetIn(command) if command.contains(NURSE))
        };
        assert!(!is_open(&format!("AI{own}")));
        assert!(!is_open(&format!("PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;{NURSE})")));
        assert!(!is_open(&format!("AI(D;;FA;;;WD){own}(A;;0x1200a9;;;S-1-15-2-2)S:AI(AU;SA;FA;;;WD)")));
        assert!(is_open(&format!("AI{own}(A;OICIID;0x1200a9;;;BU)")));
        assert!(is_open("AI(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)"));
        assert!(is_open(&format!("PAI(A;OICI;FR;;;S-1-5-21-1-2-3-1002){own}")));
        assert!(is_open("NO_ACCESS_CONTROL"));
    }

    #[test]
    fn what_is_no_answer_says_nothing_and_one_that_was_wrapped_says_the_same() {
        for answer in ["", "Get-Acl : access denied", "S-1-5-21-1-2-3-1001 O:BAG:DU"] {
            assert_eq!(told(answer), None, "{answer}");
        }
        assert!(matches!(told(&format!("{NURSE} O:BAG:DUD:AI(A;OICI\r\nID;FA;;;B\r\nU)")), Some(Others::LetIn(_))));
    }
}
