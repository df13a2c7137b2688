//! Each screen, tab and prompt as a picture, to be looked at when it changes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its story does not hold")]
#![expect(clippy::disallowed_methods, reason = "the kit copies a practice")]

#[expect(dead_code, reason = "the kit has more than this file uses")]
#[path = "journeys/kit.rs"]
mod kit;

use cobalog::clinic::people::Colleague;
use kit::Nurse;

/// The picture, with the folder's name made the same everywhere.
fn picture(nurse: &Nurse) -> String {
    let folder = nurse.home.dir().parent().unwrap().display().to_string();
    let same = format!("/{:-<1$}", "folder", folder.len().saturating_sub(1));
    nurse.screen().replace(&folder, &same)
}

/// Walks to a screen and takes its picture.
fn take(name: &str, size: (u16, u16), way: impl Fn(&mut Nurse)) {
    let mut nurse = Nurse::in_demo();
    way(&mut nurse);
    take_of(name, size, nurse);
}

fn take_of(name: &str, (width, height): (u16, u16), mut nurse: Nurse) {
    nurse.at(width, height);
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let name = format!("screen-{name}-{width}x{height}");
    settings.bind(|| insta::assert_snapshot!(name, picture(&nurse)));
}

/// Somebody else sits down.
fn seated(nurse: Nurse, who: &str) -> Nurse {
    let Nurse { session, home, .. } = nurse;
    drop(session);
    let first = |people: &mut Vec<Colleague>| people.sort_by_key(|p| p.name != who);
    home.store().change_settings(|settings| first(&mut settings.people)).unwrap();
    Nurse::at_home(home)
}

const SMALL: (u16, u16) = (80, 24);
const USUAL: (u16, u16) = (120, 36);
const LARGE: (u16, u16) = (200, 60);

#[test]
fn today() {
    for size in [SMALL, USUAL, LARGE] {
        take("today", size, |n| {
            n.stands_on("Farrow");
        });
    }
}

#[test]
fn patients() {
    take("patients", SMALL, |n| {
        n.press("p");
    });
    take("patients-found", SMALL, |n| {
        n.press("/").type_text("1960");
    });
}

#[test]
fn the_timeline_of_three_people() {
    for (name, who) in [("neurologic", "Farrow"), ("late", "Silva"), ("waiting", "Castellano")] {
        take(&format!("timeline-{name}"), SMALL, |n| {
            n.opens_chart(who);
        });
    }
    for size in [USUAL, LARGE] {
        take("timeline-neurologic", size, |n| {
            n.opens_chart("Farrow");
        });
    }
}

#[test]
fn every_tab() {
    for (key, name) in [("2", "doses"), ("3", "checkpoints"), ("4", "plan"), ("5", "history")] {
        take(&format!("tab-{name}"), SMALL, |n| {
            n.opens_chart("Farrow").press(key);
        });
    }
    take("why", SMALL, |n| {
        n.opens_chart("Silva").press("w");
    });
}

#[test]
fn the_prompt_that_gives() {
    for size in [SMALL, USUAL, LARGE] {
        take("give", size, |n| {
            n.stands_on("Farrow").press("g");
        });
    }
    take("give-late", SMALL, |n| {
        n.stands_on("Hughes, Owen").press("g 3 0 0 4 F2");
    });
    take("give-stopped", SMALL, |n| {
        n.stands_on("Okafor").press("g 0 4 0 3").goes_to("Dose mcg").instead("2000").press("F2");
    });
    for size in [SMALL, USUAL] {
        take("give-already", size, |n| {
            n.stands_on("Okafor").press("g 0 4 0 3").goes_to("Expires").instead("10/2026");
            n.goes_to("Was given").press("y").goes_to("Happened").type_text("not looked at; Dr Rao told 09:20");
        });
        take("amend-against", size, |n| {
            n.opens_chart("Okafor").press("2 Up a").goes_to("Dose mcg").instead("2000");
            n.goes_to("Why").type_text("two ampoules; Dr Rao told").press("F2");
        });
        take("dose-against", size, |n| {
            n.opens_chart("Okafor").press("2 Up a").goes_to("Dose mcg").instead("2000");
            n.goes_to("After it").type_text("hives, gone in 1 h");
            n.goes_to("Why").type_text("two ampoules; Dr Rao told").press("F2 F2 Up");
        });
    }
    take("amend-struck", SMALL, |n| {
        n.opens_chart("Okafor").press("2 Up a").goes_to("How").press("Down").goes_to("Why").type_text("wrong line");
        n.press("F2 5").stands_on("(struck out)").press("a");
    });
    take("give-wrong-birth", SMALL, |n| {
        n.stands_on("Okafor").press("g 0 1 0 1");
    });
}

#[test]
fn the_prompts_on_a_patient() {
    let ways = [
        ("not-given", "Grant", "h"),
        ("not-given-other", "Grant", "h End F2"),
        ("checkpoint", "Osei", "c"),
        ("checkpoint-graded", "Osei", "c 1 0 2 0 1"),
        ("look", "Farrow", "c"),
        ("plan", "Moreau", "o"),
    ];
    for (name, who, keys) in ways {
        take(&format!("prompt-{name}"), SMALL, |n| {
            n.stands_on(who).press(keys);
        });
    }
    for (name, who, keys) in [
        ("review", "Brandt", "r"),
        ("change", "Baker", "d"),
        ("change-shorter", "Brandt", "d s F2"),
        ("change-tablets", "Baker", "d F2"),
        ("seen", "Silva", "y"),
    ] {
        take(&format!("prompt-{name}"), SMALL, |n| {
            n.opens_chart(who).press(keys);
        });
    }
    let ways = [
        ("plan-again", "o F2"),
        ("move-on", "m"),
        ("identity", "i"),
        ("triage-1", "v"),
        ("triage-2", "v F2"),
        ("triage-3", "v F2 F2"),
        ("triage-4", "v F2 F2 F2"),
        ("triage-5", "v F2 F2 F2 F2"),
        ("amend", "2 Up a"),
        ("amend-look", "5 a F2"),
    ];
    for (name, keys) in ways {
        take(&format!("prompt-{name}"), SMALL, |n| {
            n.opens_chart("Farrow").press(keys);
        });
    }
}

#[test]
fn triage_and_plan_where_something_is_wrong() {
    for size in [SMALL, USUAL] {
        take("triage-red-flag", size, |n| {
            n.stands_on("Kaplan, Eva").press("o n F2 Down Down Down").goes_to("Red flags").press("Space");
        });
        take("triage-barred", size, |n| {
            n.stands_on("Kaplan, Eva").press("o n F2 Down F2 F2 Tab Down").goes_to("Cautions").press("Down Space");
        });
        take("plan-stopped", size, |n| {
            n.opens_chart("Okafor").press("o").goes_to("Maintenance").picks("another interval").goes_to("Every");
            n.type_text("1 month");
        });
    }
}

#[test]
fn the_prompts_about_the_practice() {
    take("prompt-new-patient", SMALL, |n| {
        n.press("n F2");
    });
    take("question", SMALL, |n| {
        n.press("n").type_text("Okonkwo").press("Esc");
    });
    take("help-today", SMALL, |n| {
        n.press("?");
    });
    take("help-chart", SMALL, |n| {
        n.press("Enter ?");
    });
    take("help-prompt", SMALL, |n| {
        n.press("g F1");
    });
}

#[test]
fn documents_and_the_encounter() {
    for size in [SMALL, USUAL] {
        take("encounter", size, |n| {
            n.opens_chart("Castellano").press("E").type_text("Well, no reaction.");
        });
        take("paper-plan", size, |n| {
            n.opens_chart("Farrow").press("L");
        });
        take("paper-sheet", size, |n| {
            n.press("P");
        });
    }
    take("encounter-wrong-code", SMALL, |n| {
        n.opens_chart("Farrow").press("E").goes_to("Diagnoses").instead("G63.4 Z51.8").press("F2");
    });
    take("addendum", SMALL, |n| {
        n.opens_chart("Farrow").press("E").type_text("Well.").press("F2 5 a");
    });
}

/// Pictures that name the folder, whose name is longer on some systems.
#[cfg(unix)]
#[test]
fn the_places() {
    take("prompt-settings", SMALL, |n| {
        n.press("s");
    });
    take("files", SMALL, |n| {
        n.press("f");
    });
    let mut nurse = Nurse::in_empty_folder();
    nurse.at(80, 24);
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("screen-welcome-80x24", picture(&nurse)));
    nurse.press("2");
    settings.bind(|| insta::assert_snapshot!("screen-prompt-practice-80x24", picture(&nurse)));
}

/// An order that Maya lets go on for two doses, on the word of Dr Hart. Stands in the chart.
fn renewed_by_word(nurse: &mut Nurse) -> &mut Nurse {
    nurse.opens_chart("Lindqvist").press("e").goes_to("More doses").type_text("2");
    nurse.goes_to("Renewed by").instead("Dr Eleanor Hart").told().press("F2").sees("Saved: Renewed")
}

#[test]
fn what_waits_for_a_prescriber() {
    take("prompt-renew", SMALL, |n| {
        n.opens_chart("Lindqvist").press("e").goes_to("More doses").type_text("2");
    });
    let mut nurse = Nurse::in_demo();
    renewed_by_word(&mut nurse);
    take_of("prompt-co-sign", SMALL, {
        let mut doctor = seated(nurse, "Dr Eleanor Hart");
        doctor.press("w s");
        doctor
    });
    for size in [SMALL, USUAL, LARGE] {
        take("for-the-prescriber", size, |n| {
            renewed_by_word(n).press("Esc Esc Esc w").sees("For the prescriber");
        });
    }
}

/// Ngozi Okafor a second time, with another letter.
fn entered_twice(nurse: &mut Nurse) -> &mut Nurse {
    nurse.press("n").type_text("Okafer").press("Tab").type_text("Ngozi").press("Tab").type_text("04031962");
    nurse.press("F2 F2 Esc").sees("1 patient may be entered twice: D")
}

#[test]
fn two_charts_side_by_side() {
    for size in [SMALL, USUAL, LARGE] {
        take("same", size, |n| {
            entered_twice(n).press("D");
        });
    }
    take("prompt-same", SMALL, |n| {
        entered_twice(n).press("D s");
    });
    take("today-twice", SMALL, |n| {
        entered_twice(n);
    });
}
