use super::*;
use crate::tui::widgets::testing::{day, draw, snapshot, text};

fn vial(theme: &Theme, dose: u32, strength: u32, container: Option<f64>) -> Vial<'_> {
    Vial {
        drug: Drug::Hydroxocobalamin,
        strength_mcg_per_ml: strength,
        dose_mcg: dose,
        container_ml: container,
        route: Route::Im,
        lot: Some("4471A"),
        expires: Some(day("2027-06-30")),
        theme,
    }
}

#[test]
fn vials_of_the_trade() {
    let theme = Theme::named("dark", false);
    let all = [
        vial(&theme, 1000, 1000, Some(1.0)),
        vial(&theme, 250, 1000, Some(1.0)),
        vial(&theme, 1000, 500, Some(2.0)),
        vial(&theme, 1000, 100, Some(1.0)),
        Vial { route: Route::Sc, ..vial(&theme, 30, 5000, None) },
        Vial { drug: Drug::CyanocobalaminTannin, expires: Some(day("2027-06-12")), ..vial(&theme, 1000, 1000, None) },
        vial(&theme, 1000, 0, None),
    ];
    let drawn = |(w, h)| all.iter().map(|v| text(&draw(v, w, h))).collect::<Vec<_>>().join("\n");
    snapshot("vial-28x9", &drawn((28, 9)));
    snapshot("vial-34x12", &drawn((34, 12)));
    snapshot("vial-20x6", &drawn((20, 6)));
    let ascii = Theme::named("mono", true);
    snapshot("vial-ascii", &text(&draw(vial(&ascii, 250, 1000, Some(1.0)), 28, 9)));
}

#[test]
fn volumes_in_words() {
    for (ml, words) in [
        (1.0, "one millilitre"),
        (0.25, "zero point two five millilitre"),
        (0.006, "zero point zero zero six millilitre"),
        (2.0, "two millilitres"),
        (1.5, "one point five millilitres"),
        (10.0, "ten millilitres"),
        (21.0, "twenty-one millilitres"),
        (120.0, "120 millilitres"),
        (f64::NAN, "no volume"),
    ] {
        assert_eq!(volume_words(ml), words);
    }
}

#[test]
fn the_volume_stays_the_longest_and_nothing_panics() {
    for ascii in [false, true] {
        let theme = Theme::named("light", ascii);
        for dose in [1, 30, 1000, 5000] {
            for (w, h) in (0..=40).flat_map(|w| (0..=14).map(move |h| (w, h))) {
                let drawn = text(&draw(vial(&theme, dose, 1000, Some(1.0)), w, h));
                assert!(!ascii || drawn.is_ascii());
                assert!(w < 20 || h < 5 || drawn.contains(" mL"), "{w}x{h}\n{drawn}");
            }
        }
    }
}
