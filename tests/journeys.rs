//! Days at the practice, typed key by key, checked on the screen and on the disk.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its story does not hold")]
#![expect(clippy::disallowed_methods, reason = "a test damages files on purpose")]

#[path = "journeys/already.rs"]
mod already;
#[path = "journeys/audit.rs"]
mod audit;
#[path = "journeys/away.rs"]
mod away;
#[path = "journeys/corrections.rs"]
mod corrections;
#[path = "journeys/drafts.rs"]
mod drafts;
#[path = "journeys/exchange.rs"]
mod exchange;
#[path = "journeys/faults.rs"]
mod faults;
#[path = "store/faulty.rs"]
mod faulty;
#[path = "journeys/finding.rs"]
mod finding;
#[path = "journeys/first_day.rs"]
mod first_day;
#[path = "journeys/giving.rs"]
mod giving;
#[path = "journeys/kept.rs"]
mod kept;
#[path = "journeys/kit.rs"]
mod kit;
#[path = "journeys/legible.rs"]
mod legible;
#[path = "journeys/lists.rs"]
mod lists;
#[path = "journeys/needle.rs"]
mod needle;
#[path = "journeys/others.rs"]
mod others;
#[path = "journeys/paper.rs"]
mod paper;
#[path = "journeys/people.rs"]
mod people;
#[path = "journeys/plain.rs"]
mod plain;
#[path = "journeys/plans.rs"]
mod plans;
#[path = "journeys/roles.rs"]
mod roles;
#[path = "journeys/rules.rs"]
mod rules;
#[path = "journeys/same.rs"]
mod same;
#[path = "journeys/scenario_a.rs"]
mod scenario_a;
#[path = "journeys/scenario_b.rs"]
mod scenario_b;
#[path = "journeys/scenario_c.rs"]
mod scenario_c;
#[path = "journeys/scenarios.rs"]
mod scenarios;
#[path = "journeys/told.rs"]
mod told;
#[path = "journeys/triage.rs"]
mod triage;
#[path = "journeys/trouble.rs"]
mod trouble;
#[path = "journeys/turns.rs"]
mod turns;
#[path = "journeys/typing.rs"]
mod typing;
