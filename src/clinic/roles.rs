//! Who may do what. A prescriber decides: plans, changes, ends, renewals. A nurse gives and records, also what a prescriber
//! said or wrote, which then waits for the prescriber's signature. An administrator keeps people and settings.
//!
//! A practice without administrators is not locked out of itself: where nobody is one, all may do what one may. Without a
//! prescriber nobody signs a plan or another's decision here: what a prescriber outside said is recorded so, and signed on paper.

use super::people::Colleague;
use serde::{Deserialize, Serialize};

/// How a prescriber's decision reached who recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// By word of mouth or by telephone.
    Verbal,
    /// On paper, by fax, in a letter.
    Written,
}

impl Told {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Verbal, Self::Written];

    /// Returns the word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Verbal => "verbal",
            Self::Written => "written",
        }
    }

    /// Returns the one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|told| told.name() == name)
    }
}

/// What not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Sign orders, changes, ends of phases, renewals.
    Decide,
    /// Sign what was recorded on a prescriber's order.
    Cosign,
    /// Add people, give them roles, reset their secrets.
    People,
    /// Change whether and how the records are encrypted.
    Encryption,
    /// Change how the practice works.
    Settings,
    /// Write everybody's record into a file for others.
    Export,
}

impl Doing {
    fn words(self) -> &'static str {
        match self {
            Self::Decide => "sign orders and changes of plan",
            Self::Cosign => "co-sign orders",
            Self::People => "add people and change what they may do",
            Self::Encryption => "change how the records are encrypted",
            Self::Settings => "change how the practice works",
            Self::Export => "write everybody's records into a file",
        }
    }

    fn needs_a_prescriber(self) -> bool {
        matches!(self, Self::Decide | Self::Cosign)
    }
}

/// Says why somebody may not do something, and who may; `Ok` where it is allowed.
///
/// # Errors
/// The sentence.
pub fn may(people: &[Colleague], who: &str, doing: Doing) -> Result<(), String> {
    let has_role = |p: &&Colleague| match doing {
        Doing::Decide | Doing::Cosign => p.prescriber,
        // What leaves the practice is answered for by who leads it.
        Doing::Export => p.administrator || p.prescriber,
        Doing::People | Doing::Encryption | Doing::Settings => p.administrator,
    };
    let able: Vec<&Colleague> = people.iter().filter(|p| !p.left).filter(has_role).collect();
    let open = able.is_empty() && !doing.needs_a_prescriber();
    if open || able.iter().any(|p| is(&p.name, who)) {
        return Ok(());
    }
    let names: Vec<_> = able.iter().map(|p| p.name.as_str()).collect();
    let (role, them) = match doing {
        Doing::Decide | Doing::Cosign => ("prescriber", "prescribers"),
        Doing::Export => ("administrator or prescriber", "administrators and prescribers"),
        Doing::People | Doing::Encryption | Doing::Settings => ("administrator", "administrators"),
    };
    let can = match names.as_slice() {
        [] => format!("nobody here is entered as a {role}"),
        [one] => format!("{one} may"),
        many => format!("the {them} may: {}", many.join(", ")),
    };
    Err(format!("{who} may not {}; {can}", doing.words()))
}

/// Says why somebody may not write everybody's records into a file, who may, and what is open to all; `Ok` where nobody signs in:
/// who is not asked for a name is not asked for a role.
///
/// # Errors
/// The sentence.
pub fn may_write_all(people: &[Colleague], who: &str) -> Result<(), String> {
    if !super::people::sign_in(people) {
        return Ok(());
    }
    let one = "One patient's own documents are open to everybody, in the chart";
    may(people, who, Doing::Export).map_err(|words| format!("{words}. {one}."))
}

/// Returns whether two names are one person's, however they were typed.
#[must_use]
pub fn is(name: &str, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    name == other || plain(name) == plain(other)
}

/// Returns whether somebody is a prescriber of the practice, or was one.
#[must_use]
pub fn is_prescriber(people: &[Colleague], name: &str) -> bool {
    people.iter().any(|p| p.prescriber && is(&p.name, name))
}

/// Returns whether a prescriber can sign here: one of the practice, who did not leave.
#[must_use]
pub fn signs_here(people: &[Colleague], name: &str) -> bool {
    people.iter().any(|p| p.prescriber && !p.left && is(&p.name, name))
}

/// Returns whether a prescriber of the practice can show here who signs: with a secret, or where nobody signs in as the first of the
/// list, who opens the program. Of all others what was signed on paper is filed, by name.
#[must_use]
pub fn can_sign_here(people: &[Colleague], name: &str) -> bool {
    let opens_it = |p: &Colleague| super::people::working(people).next().is_some_and(|first| first.name == p.name);
    let shows_it = |p: &Colleague| p.secret.is_some() || (!super::people::sign_in(people) && opens_it(p));
    people.iter().any(|p| p.prescriber && !p.left && is(&p.name, name) && shows_it(p))
}

/// Returns whether nobody who works here prescribes: a doctor outside is named with each plan.
#[must_use]
pub fn nobody_prescribes(people: &[Colleague]) -> bool {
    !super::people::working(people).any(|p| p.prescriber)
}

/// Returns the prescribers of the practice who have nothing to sign with yet.
pub fn without_a_secret(people: &[Colleague]) -> impl Iterator<Item = &Colleague> {
    super::people::working(people).filter(|p| p.prescriber && !can_sign_here(people, &p.name))
}

/// Says why somebody signs nothing for a prescriber: she can sign here herself, and who sits here is no prescriber. The paper of any
/// other prescriber anybody files.
#[must_use]
pub fn may_not_sign(people: &[Colleague], who: &str, prescriber: &str) -> Option<String> {
    if !can_sign_here(people, prescriber) {
        return None;
    }
    may(people, who, Doing::Cosign).err().map(|words| format!("{words}."))
}

/// Returns whether the record of a decision has to say how it reached who records it: the prescriber who decided records
/// it as her own.
#[must_use]
pub fn is_told(people: &[Colleague], recorder: &str, prescriber: &str) -> bool {
    !(is(recorder, prescriber) && is_prescriber(people, recorder))
}

/// Returns how a decision is recorded: nothing where the prescriber records it, else how it came.
///
/// # Errors
/// The sentence where that is not said, or where the one who is named decides nothing here.
pub fn told(
    people: &[Colleague],
    recorder: &str,
    prescriber: &str,
    said: Option<Told>,
) -> Result<Option<Told>, Untold> {
    if !is_told(people, recorder, prescriber) {
        return Ok(None);
    }
    if people.iter().any(|p| is(&p.name, prescriber) && !p.prescriber) {
        let may = may(people, prescriber, Doing::Decide).err().unwrap_or_default();
        return Err(Untold::NoPrescriber(format!("{may}. Name the prescriber who decided.")));
    }
    said.map(Some).ok_or_else(|| {
        Untold::How(format!("{recorder} records what {prescriber} decided: say how it came, verbal or written"))
    })
}

/// Why a decision is not recorded yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untold {
    /// Who is named is known here, and is no prescriber.
    NoPrescriber(String),
    /// Nobody said how it came.
    How(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<Colleague> {
        let boss = Colleague { administrator: true, ..Colleague::new("Nia Rees", false) };
        vec![Colleague::new("Ann Bell RN", false), Colleague::new("Dr May", true), boss]
    }

    #[test]
    fn a_refusal_says_who_may() {
        let refused = |who, doing| may(&people(), who, doing).unwrap_err();
        assert_eq!(refused("Ann Bell RN", Doing::Cosign), "Ann Bell RN may not co-sign orders; Dr May may");
        let words = "Dr May may not add people and change what they may do; Nia Rees may";
        assert_eq!(refused("Dr May", Doing::People), words);
        assert_eq!(may(&people(), "dr  may", Doing::Decide), Ok(()));
        assert_eq!(may(&people(), "Nia Rees", Doing::Encryption), Ok(()));
        let mut two = people();
        two.push(Colleague::new("Dr Rao", true));
        let words = "Ann Bell RN may not sign orders and changes of plan; the prescribers may: Dr May, Dr Rao";
        assert_eq!(may(&two, "Ann Bell RN", Doing::Decide).unwrap_err(), words);
        two[1].left = true;
        let words = "Ann Bell RN may not sign orders and changes of plan; Dr Rao may";
        assert_eq!(may(&two, "Ann Bell RN", Doing::Decide).unwrap_err(), words);
    }

    #[test]
    fn everybodys_records_leave_by_who_leads_the_practice() {
        let mut people = people();
        assert_eq!(may_write_all(&people, "Ann Bell RN"), Ok(()), "nobody signs in");
        people[0].secret = Some("pin4 14 00 11".to_owned());
        let words = "Ann Bell RN may not write everybody's records into a file; the administrators and prescribers may: \
                     Dr May, Nia Rees. One patient's own documents are open to everybody, in the chart.";
        assert_eq!(may_write_all(&people, "Ann Bell RN").unwrap_err(), words);
        for who in ["Dr May", "Nia Rees"] {
            assert_eq!(may_write_all(&people, who), Ok(()));
        }
        let alone = [Colleague { administrator: true, secret: Some("pin4 14 00 11".to_owned()), ..people[0].clone() }];
        assert_eq!(may_write_all(&alone, "Ann Bell RN"), Ok(()));
    }

    /// A signature is somebody's who showed who it is.
    #[test]
    fn a_nurse_files_the_paper_of_whoever_cannot_sign_here() {
        let mut people = people();
        assert_eq!(may_not_sign(&people, "Ann Bell RN", "Dr Elsewhere"), None);
        assert_eq!(may_not_sign(&people, "Ann Bell RN", "Dr May"), None, "she has no PIN");
        assert_eq!(without_a_secret(&people).map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Dr May"]);
        let words = Some("Ann Bell RN may not co-sign orders; Dr May may.".to_owned());
        people[1].secret = Some("pin4 14 00 11".to_owned());
        assert_eq!(may_not_sign(&people, "Ann Bell RN", "Dr May"), words);
        assert_eq!(may_not_sign(&people, "Dr May", "Dr May"), None);
        // Who opens the program where nobody signs in is the first of the list.
        people[1].secret = None;
        people.rotate_left(1);
        assert_eq!(may_not_sign(&people, "Ann Bell RN", "Dr May"), words);
        assert_eq!(without_a_secret(&people).count(), 0);
        people[1].secret = Some("pin4 14 00 11".to_owned());
        assert_eq!(may_not_sign(&people, "Ann Bell RN", "Dr May"), None, "others sign in, and she cannot");
    }

    #[test]
    fn a_practice_without_a_role_is_not_locked_out() {
        let alone = [Colleague::new("Ann Bell RN", false)];
        assert_eq!(may(&alone, "Ann Bell RN", Doing::Settings), Ok(()));
        let words = "Ann Bell RN may not co-sign orders; nobody here is entered as a prescriber";
        assert_eq!(may(&alone, "Ann Bell RN", Doing::Cosign).unwrap_err(), words);
    }

    #[test]
    fn only_the_prescriber_herself_signs_with_the_entry() {
        let people = people();
        assert_eq!(told(&people, "Dr May", "Dr May", None), Ok(None));
        assert_eq!(told(&people, "Ann Bell RN", "Dr May", Some(Told::Verbal)), Ok(Some(Told::Verbal)));
        // Outside, or entered under another name: it came somehow.
        assert!(matches!(told(&people, "Ann Bell RN", "Dr Elsewhere", None), Err(Untold::How(_))));
        assert!(matches!(told(&people, "Dr May", "Dr Elsewhere", None), Err(Untold::How(_))));
        let named_herself = told(&people, "Ann Bell RN", "Ann Bell RN", Some(Told::Verbal));
        assert!(
            matches!(named_herself, Err(Untold::NoPrescriber(ref words)) if words.contains("Dr May may")),
            "{named_herself:?}"
        );
    }
}
