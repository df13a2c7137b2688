//! The ways in which a course may turn now (brief G3, G4, G6; facts 9.1): which are open, which are not now and why, and
//! which one the findings suggest. A person chooses and signs.

use super::course::Course;
use super::decision::Turn;
use super::findings::{Finding, Tier};
use super::interval::Interval;
use super::order::Order;
use super::practice::Practice;
use super::signing;
use super::spacing;
use super::todo::Todo;
use super::triage::{Cause, CauseGroup};
use super::words;

/// A way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The next longer interval.
    Space,
    /// The next shorter interval.
    Shorten,
    /// The denser phase again, for some doses.
    Denser,
    /// No injections until a day.
    Pause,
    /// Tablets with a recheck.
    Oral,
    /// The end, with a recheck.
    Stop,
    /// The patient does not want it for now.
    Decline,
    /// Another practice goes on.
    Transfer,
    /// The patient died.
    Die,
}

impl Way {
    /// Every way with its id.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Space, "space"),
        (Self::Shorten, "shorten"),
        (Self::Denser, "denser"),
        (Self::Pause, "pause"),
        (Self::Oral, "oral"),
        (Self::Stop, "stop"),
        (Self::Decline, "decline"),
        (Self::Transfer, "transfer"),
        (Self::Die, "die"),
    ];

    /// Returns its id.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(way, _)| *way == self).map_or("", |(_, id)| id)
    }

    /// Finds a way by its id.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == id).map(|(way, _)| *way)
    }

    /// Returns the way that a turn goes.
    #[must_use]
    pub fn of(turn: &Turn) -> Self {
        match turn {
            Turn::Paused { .. } => Self::Pause,
            Turn::Oral { .. } => Self::Oral,
            Turn::Stopped { .. } => Self::Stop,
            Turn::Declined { .. } => Self::Decline,
            Turn::Transferred { .. } => Self::Transfer,
            Turn::Died => Self::Die,
        }
    }

    /// Returns whether it is a new plan; the others are a turn beside the plan.
    #[must_use]
    pub fn is_a_plan(self) -> bool {
        matches!(self, Self::Space | Self::Shorten | Self::Denser)
    }

    /// Returns whether the course answers if it may be gone; that a patient declines, moves or dies is no such question.
    #[must_use]
    pub fn is_asked(self) -> bool {
        !matches!(self, Self::Decline | Self::Transfer | Self::Die)
    }

    /// Returns whether a prescriber decides it; a death and a move are only recorded.
    #[must_use]
    pub fn is_decided(self) -> bool {
        !matches!(self, Self::Transfer | Self::Die)
    }
}

/// Whether a way may be gone now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Nothing speaks against it.
    Open,
    /// Something speaks against it now: it can be chosen all the same, and signing says what it takes.
    NotNow,
    /// It cannot be gone.
    Closed,
}

/// A way as it stands today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The way.
    pub way: Way,
    /// What it is here: `Shorten to every 2 months`.
    pub name: String,
    /// Whether it is open.
    pub gate: Gate,
    /// Why it is open or not, as sentences.
    pub words: Todo,
    /// The interval that it goes to, where it goes to one.
    pub every: Option<Interval>,
}

/// Returns every way as it stands today, in the order of a list.
#[must_use]
pub fn offers(course: &Course, practice: &Practice) -> Vec<Offer> {
    Way::ALL.iter().map(|(way, _)| offer(course, practice, *way)).collect()
}

/// Returns the way that the findings suggest, with the rule that does in words, else spacing where it is open.
#[must_use]
pub fn suggested(course: &Course, practice: &Practice, offers: &[Offer]) -> Option<(Way, String)> {
    const BY_RULE: [(&str, Way); 5] =
        [("P6", Way::Denser), ("P7", Way::Shorten), ("O2", Way::Oral), ("O3", Way::Oral), ("O6", Way::Oral)];
    let can = |way: Way| offers.iter().any(|o| o.way == way && o.gate != Gate::Closed);
    let fires = |rule: &str| course.findings.iter().any(|f| f.rule == rule);
    let by_rule = BY_RULE.iter().find(|(rule, way)| fires(rule) && can(*way));
    let name = |rule: &str| practice.knowledge.rule(rule).name.to_lowercase();
    by_rule.map(|(rule, way)| (*way, format!("{rule}, {}", name(rule)))).or_else(|| {
        let open = offers.iter().any(|o| o.way == Way::Space && o.gate == Gate::Open);
        open.then(|| (Way::Space, "it may be spaced now".to_owned()))
    })
}

/// Says why a turn cannot be recorded at all, whatever somebody says to it; `None` where it can.
#[must_use]
pub fn closed(course: &Course, turn: &Turn) -> Option<Todo> {
    let way = Way::of(turn);
    let idle = (way == Way::Pause && course.next_dose().is_none()).then(|| NOTHING_TO_PAUSE.to_owned());
    ended(course, way).or(idle).map(Todo::from)
}

fn offer(course: &Course, practice: &Practice, way: Way) -> Offer {
    let made = |name: &str, (gate, words): (Gate, String), every| Offer {
        way,
        name: name.to_owned(),
        gate,
        words: words.into(),
        every,
    };
    if let Some(words) = ended(course, way) {
        return made(plain(way), (Gate::Closed, words), None);
    }
    match way {
        Way::Space => space(course, practice),
        Way::Shorten => shorten(course, practice),
        Way::Denser => made(plain(way), denser(course, practice), None),
        Way::Pause => made(plain(way), pause(course, practice), None),
        Way::Oral => made(plain(way), oral(course, practice), None),
        Way::Stop => made(plain(way), stop(course, practice), None),
        Way::Decline => {
            made(plain(way), (Gate::Open, "The patient is asked again on the day that you name.".to_owned()), None)
        }
        Way::Transfer => {
            made(plain(way), (Gate::Open, "Another practice goes on; nothing is owed here any more.".to_owned()), None)
        }
        Way::Die => {
            made(plain(way), (Gate::Open, "The chart closes and leaves the lists; it stays readable.".to_owned()), None)
        }
    }
}

const NOTHING_TO_PAUSE: &str = "No dose is owed that a pause could put off.";

/// What a way is called where nothing more is known of it.
fn plain(way: Way) -> &'static str {
    match way {
        Way::Space => "Space: a longer interval",
        Way::Shorten => "Shorten: a shorter interval",
        Way::Denser => "Denser again for some doses, then as now",
        Way::Pause => "Pause until a day",
        Way::Oral => "Tablets, with a recheck",
        Way::Stop => "Stop, with a recheck",
        Way::Decline => "Declined by the patient; ask again",
        Way::Transfer => "Moved to another practice",
        Way::Die => "Died",
    }
}

/// Why a way is closed because the course has ended, or never began.
fn ended(course: &Course, way: Way) -> Option<String> {
    let needs_plan = way.is_a_plan() || way == Way::Pause;
    if let Some(standing) = course.standing.as_ref().filter(|s| s.ends_the_plan()) {
        let words = standing.words();
        return match standing.change.what {
            Turn::Died => Some(format!("{words}. If that is wrong, strike the entry out ({{amend}}).")),
            Turn::Transferred { .. } if way != Way::Die => {
                Some(format!("{words}. A signed plan ({{order}}) brings the patient back."))
            }
            _ if needs_plan => Some(format!("{words}. No injections run; a signed plan ({{order}}) brings them back.")),
            _ => None,
        };
    }
    let none = course.order.is_none() && (needs_plan || way == Way::Stop);
    none.then(|| "No plan is signed yet: {press order}.".to_owned())
}

fn space(course: &Course, practice: &Practice) -> Offer {
    let ask = spacing::ask(course, practice);
    let fills = course.phase_now().is_some_and(|p| p.kind.fills());
    let gate = match (ask.to, ask.is_open()) {
        (None, _) => Gate::Closed,
        (_, true) => Gate::Open,
        (_, false) => Gate::NotNow,
    };
    let next = if fills { " What ends the phase is recorded: {press end-phase}." } else { "" };
    let name = ask.to.map_or(plain(Way::Space).to_owned(), |to| format!("Space to every {to}"));
    // The gate says "not now" already.
    let why = if ask.against.is_empty() { ask.words() } else { ask.objections() };
    Offer { way: Way::Space, name, gate, words: format!("{why}{next}").into(), every: ask.to }
}

fn shorten(course: &Course, practice: &Practice) -> Offer {
    let closed = |words: &str| Offer {
        way: Way::Shorten,
        name: plain(Way::Shorten).to_owned(),
        gate: Gate::Closed,
        words: words.into(),
        every: None,
    };
    let Some(every) = keeps_every(course) else {
        return closed("Repletion runs, or the plan has no fixed interval; {press order} for another plan.");
    };
    let Some(to) = spacing::shorter(practice, every) else {
        return closed("It is at its shortest step; {press order} for another plan.");
    };
    let (gate, words) = escalates(course, practice, spacing::step(course, to, "", ""));
    Offer { way: Way::Shorten, name: format!("Shorten to every {to}"), gate, words: words.into(), every: Some(to) }
}

fn denser(course: &Course, practice: &Practice) -> (Gate, String) {
    if course.phase_now().is_none_or(|p| p.kind.fills()) {
        return (Gate::Closed, "Repletion runs: it is the denser phase. {Press order} for another plan.".to_owned());
    }
    escalates(course, practice, spacing::denser_again(course, 1, course.today, "", ""))
}

/// The interval of the maintenance phase that holds.
fn keeps_every(course: &Course) -> Option<Interval> {
    course.phase_now().filter(|p| !p.kind.fills())?.every
}

/// An escalation is open once a review of the last days is there (E1).
fn escalates(course: &Course, practice: &Practice, order: Option<Order>) -> (Gate, String) {
    let Some(order) = order else { return (Gate::Closed, "There is no maintenance to go from.".to_owned()) };
    let found = signing::order(course, practice, &order);
    if let Some(stop) = found.iter().find(|f| f.tier == Tier::Stop) {
        return (Gate::NotNow, said(stop));
    }
    match signing::review_for(course, practice, course.today) {
        Some(review) => (Gate::Open, format!("Reviewed on {} by {}.", words::day(review.on), review.reviewed_by)),
        None => (Gate::Open, "No dose was given on this plan yet: no review is asked for.".to_owned()),
    }
}

fn pause(course: &Course, practice: &Practice) -> (Gate, String) {
    if course.next_dose().is_none() {
        return (Gate::Closed, NOTHING_TO_PAUSE.to_owned());
    }
    let most = practice.knowledge.rule("TURN").count("pause_most_months");
    if course.triage.as_ref().is_some_and(|t| t.is_neuro()) {
        return (Gate::NotNow, "Neurologic symptoms are recorded: a delay can cost recovery.".to_owned());
    }
    (Gate::Open, format!("At most {most} months; the plan goes on by itself from that day, or with a dose before it."))
}

/// Says what is published on tablets for the cause, and the way back.
#[must_use]
pub fn published_on_tablets(course: &Course, practice: &Practice) -> Todo {
    let published = cause(course, practice).map(|c| format!("{}: {}. ", c.name, c.oral)).unwrap_or_default();
    format!("{published}The way back to injections: a signed plan ({{order}}).").into()
}

fn oral(course: &Course, practice: &Practice) -> (Gate, String) {
    let published = published_on_tablets(course, practice);
    let tablets = Turn::Oral { daily_mcg: 1, recheck: course.today.succ_opt().unwrap_or(course.today) };
    let found = signing::change(course, practice, &tablets);
    match found.split_first() {
        Some((first, _)) if first.tier == Tier::Stop => (Gate::Closed, format!("STOP. {}", said(first))),
        Some((first, more)) => {
            let more: String = more.iter().map(|f| format!(" {}", f.text)).collect();
            let (todo, published) = (first.todo.as_written(), published.as_written());
            (Gate::NotNow, format!("{}: {}{more} {todo} {published}", first.rule, first.text))
        }
        None => (Gate::Open, published.as_written().to_owned()),
    }
}

fn stop(course: &Course, practice: &Practice) -> (Gate, String) {
    let turn = Turn::Stopped { recheck: course.today.succ_opt().unwrap_or(course.today) };
    if let Some(found) = signing::change(course, practice, &turn).first() {
        let gate = if found.tier == Tier::Stop { Gate::Closed } else { Gate::NotNow };
        return (gate, said(found));
    }
    let Some(cause) = cause(course, practice) else {
        return (Gate::NotNow, "No triage says what the cause is: {press triage}.".to_owned());
    };
    let lasts = format!("{}: treated {}.", cause.name, cause.duration.to_lowercase());
    let gone = course.findings.iter().any(|f| matches!(f.rule.as_str(), "O2" | "O3"));
    match (gone, cause.group) {
        (true, _) => (Gate::Open, lasts),
        (false, CauseGroup::Unknown) => (Gate::NotNow, "The cause is not known yet.".to_owned()),
        (false, _) => (
            Gate::NotNow,
            format!("{lasts} That the cause is gone, and two checks without symptoms since, is not recorded."),
        ),
    }
}

fn cause<'a>(course: &Course, practice: &'a Practice) -> Option<&'a Cause> {
    practice.knowledge.cause(&course.triage.as_ref()?.cause)
}

fn said(finding: &Finding) -> String {
    format!("{}: {} {}", finding.rule, finding.text, finding.todo.as_written())
}
