//! What a screen asks for. An update is a value: screens return effects, the session carries them out.

use super::ctx::Patient;
use super::exchange::Wish;
use super::screens::Screen;
use crate::clinic::audit::{Stop, What};
use crate::clinic::cosign::Shown;
use crate::clinic::entry::{Act, EntryId, PatientId};
use crate::clinic::links::Link;
use crate::clinic::people::Colleague;
use crate::clinic::practice::{LotInUse, Settings};
use crate::paper::Doc;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Something to be done outside the screen that asks.
pub enum Effect {
    /// Load a chart, then go on.
    Load(PatientId, Then),
    /// Record acts; the prompt stays open until they are safe on disk.
    Record(Job),
    /// Load two charts for the screen that shows them side by side.
    LoadPair {
        /// The older chart.
        older: PatientId,
        /// The newer chart.
        newer: PatientId,
        /// Whether each file is read alone, without what is joined to it.
        alone: bool,
    },
    /// Read in full what waits for a signature in these charts, and show it to be signed at once.
    ToSign(Vec<(PatientId, EntryId)>),
    /// Sign what was shown, each in its own chart.
    SignAll(Vec<Shown>),
    /// Record a person's word on two charts, in both.
    Link(LinkJob),
    /// Put a screen on top.
    Push(Box<Screen>),
    /// Take the top screen away.
    Pop,
    /// Keep what was typed so far.
    KeepDraft(Draft),
    /// Ask whether what was left half typed in such a prompt is taken up again, where there is any.
    OfferDraft(PromptKind, Option<PatientId>),
    /// Forget a draft.
    DropDraft(String, Option<PatientId>),
    /// Change how the practice works, and then perhaps its encryption, which takes the secret that one has now.
    Settings(Box<Settings>, Encryption, Zeroizing<String>),
    /// Begin a practice in the data folder.
    CreatePractice(Box<NewPractice>),
    /// Open a demo in a temporary folder.
    OpenDemo,
    /// Read every chart, and count for the page of rules.
    CountRules,
    /// Lock the screen: everything about patients goes off it and out of the memory.
    Lock,
    /// Lock the screen for somebody else to sign in.
    Switch,
    /// Sign in, where the secret is right.
    SignIn(Typed),
    /// Add somebody to the practice's people, or change what is known of somebody.
    Person(Box<PersonJob>),
    /// Read the audit log, of one patient or of all, and show it.
    LoadLog(Option<PatientId>),
    /// Read the near misses of the month of a day, and show their page.
    LoadMonth(NaiveDate),
    /// Save, print, open or remove a document.
    Paper(Box<PaperJob>),
    /// Print the recovery key that is on the screen, with no file of it.
    PrintKey(Zeroizing<String>),
    /// The recovery key that was shown is on paper.
    KeySeen,
    /// Make the sheet of a day and show it.
    Sheet(NaiveDate),
    /// Note something in the audit log.
    Note(Noted),
    /// Take in or write what the screen of exchange asks for.
    Exchange(Box<Wish>),
    /// Say something in the line above the footer.
    Say(String),
    /// Leave the program.
    Quit,
}

/// What becomes of the encryption.
#[derive(Clone, Default)]
pub enum Encryption {
    /// It stays.
    #[default]
    Same,
    /// The practice is encrypted, with this passphrase of whoever sits here.
    On(Zeroizing<String>),
    /// It is decrypted.
    Off,
}

/// A document, and what is to be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperJob {
    /// The document.
    pub doc: Doc,
    /// Whom it is about.
    pub patient: Option<PatientId>,
    /// What is to be done.
    pub what: PaperDo,
}

/// What is done with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperDo {
    /// Saved as a page for the browser.
    SaveHtml,
    /// Saved as plain text.
    SaveText,
    /// Printed by the system's own program.
    Print,
    /// Saved, and opened in the browser.
    Browse,
    /// Its files are removed.
    Erase,
}

/// What was typed to sign in.
#[derive(Clone, Default)]
pub struct Typed {
    /// Who it is, by name.
    pub who: String,
    /// The PIN, the passphrase, the code or the recovery key.
    pub secret: Zeroizing<String>,
    /// Whether it is the recovery key.
    pub by_recovery: bool,
    /// The secret of one's own that takes its place, after a code or the recovery key.
    pub chosen: Option<Zeroizing<String>>,
}

/// A practice to be begun.
#[derive(Clone)]
pub struct NewPractice {
    /// Its settings.
    pub settings: Settings,
    /// The PIN or passphrase of its first person; none where it is empty.
    pub secret: Zeroizing<String>,
    /// The passphrase that opens its records; they are not encrypted where it is empty.
    pub passphrase: Zeroizing<String>,
}

/// Somebody to be added or changed.
#[derive(Clone)]
pub struct PersonJob {
    /// The name that the person has now; `None` for somebody new.
    pub was: Option<String>,
    /// As it is to be; its secret stays as it is.
    pub person: Colleague,
    /// What becomes of the secret.
    pub secret: NewSecret,
    /// The secret that whoever sits here has now, where another one or another passphrase takes its place.
    pub old: Zeroizing<String>,
    /// The passphrase that opens the encrypted records, of who sits here; it stays where it is empty.
    pub passphrase: Zeroizing<String>,
}

/// What becomes of a person's secret.
#[derive(Clone)]
pub enum NewSecret {
    /// It stays.
    Same,
    /// A code that is good once takes its place.
    Code,
    /// One's own.
    Own(Zeroizing<String>),
}

/// Something for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// Somebody was stopped who was about to sign.
    Stopped(PatientId, Stop),
    /// Who sits here did something.
    Did(What, Option<PatientId>, String),
}

/// What to do with a loaded chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Show it beside the list.
    Peek,
    /// Open its screen.
    Chart,
    /// Open a prompt on it.
    Prompt(PromptKind),
    /// Open a prompt with a draft's values.
    Resume(PromptKind, BTreeMap<String, String>),
}

/// The prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is a file of prompts/")]
pub enum PromptKind {
    Give,
    NotGiven,
    Checkpoint,
    Patient,
    Identity,
    Triage,
    Order,
    PhaseEnd,
    Review,
    Change,
    Acknowledge,
    Cosign,
    Renew,
    Encounter,
    Amend,
    Link,
    Practice,
    Settings,
    Person,
}

impl PromptKind {
    const ALL: [(Self, &'static str); 19] = [
        (Self::Give, "give"),
        (Self::NotGiven, "not_given"),
        (Self::Checkpoint, "checkpoint"),
        (Self::Patient, "patient"),
        (Self::Identity, "identity"),
        (Self::Triage, "triage"),
        (Self::Order, "order"),
        (Self::PhaseEnd, "phase_end"),
        (Self::Review, "review"),
        (Self::Change, "change"),
        (Self::Acknowledge, "acknowledge"),
        (Self::Cosign, "cosign"),
        (Self::Renew, "renew"),
        (Self::Encounter, "encounter"),
        (Self::Amend, "amend"),
        (Self::Link, "link"),
        (Self::Practice, "practice"),
        (Self::Settings, "settings"),
        (Self::Person, "person"),
    ];

    /// Returns the name by which drafts know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Finds a prompt by its draft's name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(kind, _)| *kind)
    }

    /// Returns what the question about a draft calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Give => "Give a dose",
            Self::NotGiven => "Not given",
            Self::Checkpoint => "Checkpoint",
            Self::Patient => "New patient",
            Self::Identity => "Identity",
            Self::Triage => "Triage",
            Self::Order => "Plan",
            Self::PhaseEnd => "Phase ended",
            Self::Review => "Review",
            Self::Change => "Change of plan",
            Self::Acknowledge => "Seen",
            Self::Cosign => "Co-sign",
            Self::Renew => "Renewal",
            Self::Encounter => "Encounter note",
            Self::Amend => "Correction",
            Self::Link => "Same patient?",
            Self::Practice => "Your practice",
            Self::Settings => "Settings",
            Self::Person => "Person",
        }
    }
}

/// Acts to record.
#[derive(Clone, Debug)]
pub struct Job {
    /// Whose chart; a new one where absent.
    pub patient: Option<PatientId>,
    /// What happened.
    pub acts: Vec<Act>,
    /// The lot that was typed, to be offered again.
    pub lot: Option<LotInUse>,
    /// What opens when it is safe.
    pub after: After,
    /// How many entries the chart had when the prompt was opened: more mean that somebody else recorded meanwhile.
    pub seen: usize,
}

impl Job {
    /// Makes a job on a patient's chart as it is known.
    #[must_use]
    pub fn on(patient: &Patient, act: Act, after: After) -> Self {
        Self::all(patient, vec![act], after)
    }

    /// Makes a job of several acts.
    #[must_use]
    pub fn all(patient: &Patient, acts: Vec<Act>, after: After) -> Self {
        let seen = patient.chart.entries().len();
        Self { patient: Some(patient.id()), acts, lot: None, after, seen }
    }
}

/// A person's word on two charts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkJob {
    /// The older chart, whose number stays.
    pub older: PatientId,
    /// The newer chart.
    pub newer: PatientId,
    /// One patient or two people.
    pub link: Link,
    /// How it is known.
    pub why: String,
    /// Whether an earlier word that they are two people was shown before it was signed.
    pub although_apart: bool,
}

/// What opens after a record is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The screen below.
    Back,
    /// Another prompt on the same patient.
    Prompt(PromptKind),
    /// The patient's chart.
    Chart,
}

/// What was typed into a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The prompt.
    pub kind: PromptKind,
    /// The patient.
    pub patient: Option<PatientId>,
    /// The values by field.
    pub fields: BTreeMap<String, String>,
}
