//! What was changed of somebody who works here, or of the settings, as the log says it: from what to what, and never a secret.

use super::super::closed;
use super::super::people::{Asks, Colleague};
use super::super::practice::{LOCK_AFTER_MINUTES, LabCode, Settings};
use super::super::words::plural;

/// What is said where nothing was.
const NOTHING: &str = "nothing";

/// Says what was changed of a person, who was not there where `before` is absent.
#[must_use]
pub fn of_person(before: Option<&Colleague>, after: &Colleague) -> String {
    let mut said = Vec::new();
    match before {
        None => said.push(format!("added as {}", after.role())),
        Some(before) => {
            said.extend(turned("name", &before.name, &after.name));
            let initials = [before, after].map(|person| person.initials().to_uppercase());
            said.extend(turned("initials", &initials[0], &initials[1]));
            said.extend(turned("role", before.role(), after.role()));
        }
    }
    match (before.is_some_and(|before| before.left), after.left) {
        (false, true) => said.push("works here no more".to_owned()),
        (true, false) => said.push("works here again".to_owned()),
        _ => {}
    }
    if before.and_then(|before| before.secret.as_ref()) != after.secret.as_ref() {
        said.push(secret(after.asks()).to_owned());
    }
    let what = if said.is_empty() { "nothing changed".to_owned() } else { said.join("; ") };
    format!("{}: {what}", after.name)
}

fn secret(asks: Option<Asks>) -> &'static str {
    match asks {
        Some(Asks::Pin(_)) => "a new PIN",
        Some(Asks::Passphrase) => "a new passphrase",
        Some(Asks::Code(_)) => "a new code",
        None => "no PIN or passphrase any more",
    }
}

/// Says what was changed of the settings, people among them; an empty text where nothing was.
#[must_use]
pub fn of_settings(before: &Settings, after: &Settings) -> String {
    let mut said: Vec<String> = named(before)
        .into_iter()
        .zip(named(after))
        .filter_map(|((name, was), (_, is))| turned(name, &was, &is))
        .collect();
    for person in &after.people {
        let was = before.people.iter().find(|was| was.name == person.name);
        said.extend((was != Some(person)).then(|| of_person(was, person)));
    }
    let is_gone = |person: &&Colleague| after.people.iter().all(|is| is.name != person.name);
    said.extend(before.people.iter().filter(is_gone).map(|person| format!("{}: taken off the list", person.name)));
    said.extend(after.lab_codes.iter().filter(|code| !before.lab_codes.contains(code)).map(learned));
    if before.recovery != after.recovery {
        said.push("a new recovery key".to_owned());
    }
    said.join("; ")
}

/// The settings that are a word or two, by the names that the screen gives them.
fn named(settings: &Settings) -> [(&'static str, String); 12] {
    let text = |line: &Option<String>| line.clone().unwrap_or_default();
    let days: Vec<_> = settings.open_days.iter().map(ToString::to_string).collect();
    let units: Vec<_> = settings.units.iter().map(|(analyte, unit)| format!("{analyte} in {unit}")).collect();
    let lock = match settings.lock_after_minutes.unwrap_or(LOCK_AFTER_MINUTES) {
        0 => "never".to_owned(),
        minutes => plural(i64::from(minutes), "minute"),
    };
    [
        ("Practice", settings.name.clone()),
        ("Address", text(&settings.address)),
        ("Telephone", text(&settings.phone)),
        ("Hours", text(&settings.hours)),
        ("Country", settings.setting.clone()),
        ("Ask birth date", if settings.ask_birth_date { "yes" } else { "no" }.to_owned()),
        ("Open days", days.join(" ")),
        ("Closed on", closed::said(&settings.closed_on)),
        ("Orders last", settings.orders_last.map(|interval| interval.to_string()).unwrap_or_default()),
        ("Locks after", lock),
        ("Units", units.join(", ")),
        ("Laboratories' authority", text(&settings.lab_authority)),
    ]
}

fn learned(code: &LabCode) -> String {
    let is = code.analyte.as_deref().unwrap_or("not followed here");
    format!("the laboratory's code {} of {}: {is}", code.code, code.sender)
}

fn turned(name: &str, was: &str, is: &str) -> Option<String> {
    let or_nothing = |text: &str| if text.is_empty() { NOTHING.to_owned() } else { text.to_owned() };
    (was != is).then(|| format!("{name} from {} to {}", or_nothing(was), or_nothing(is)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_of_a_person_is_said_and_no_secret() {
        let tom = Colleague { secret: Some("pin4 14 aa bb".to_owned()), ..Colleague::new("Tom Alder RN", false) };
        let with = |change: &dyn Fn(&mut Colleague)| {
            let mut after = tom.clone();
            change(&mut after);
            of_person(Some(&tom), &after)
        };
        assert_eq!(of_person(None, &tom), "Tom Alder RN: added as nurse; a new PIN");
        assert_eq!(with(&|_| {}), "Tom Alder RN: nothing changed");
        assert_eq!(with(&|p| p.prescriber = true), "Tom Alder RN: role from nurse to prescriber");
        assert_eq!(with(&|p| p.left = true), "Tom Alder RN: works here no more");
        let changed = with(&|p| {
            (p.name, p.initials) = ("Tom Ash RN".to_owned(), Some("tx".to_owned()));
            p.secret = Some("once6 14 cc dd".to_owned());
        });
        assert_eq!(changed, "Tom Ash RN: name from Tom Alder RN to Tom Ash RN; initials from TA to TX; a new code");
        assert!(!changed.contains("cc") && !with(&|p| p.secret = None).contains("aa"));
    }

    #[test]
    fn what_changed_of_the_settings_is_said_by_the_names_of_the_screen() {
        let before = Settings { recovery: Some("recovery 16 aa bb".to_owned()), ..Settings::new("Larkfield", "Maya") };
        assert_eq!(of_settings(&before, &before), "");
        let mut after = before.clone();
        after.lock_after_minutes = Some(0);
        after.phone = Some("555 0100".to_owned());
        after.ask_birth_date = false;
        after.recovery = Some("recovery 16 cc dd".to_owned());
        after.lab_codes.push(LabCode { sender: "LAB".to_owned(), code: "77".to_owned(), analyte: Some("b12".into()) });
        after.people.insert(0, Colleague::new("Tom Alder", true));
        assert_eq!(
            of_settings(&before, &after),
            "Telephone from nothing to 555 0100; Ask birth date from yes to no; Locks after from 5 minutes to never; \
             Tom Alder: added as prescriber; the laboratory's code 77 of LAB: b12; a new recovery key"
        );
        assert_eq!(
            of_settings(&after, &Settings { people: Vec::new(), ..after.clone() }),
            "Tom Alder: taken off the list; Maya: taken off the list"
        );
    }
}
