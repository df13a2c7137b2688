use super::*;
use crate::clinic::decision::Turn;
use crate::tui::widgets::testing::{Story, decided, draw, neuro, settled, snapshot, text, weekly};
use proptest::prelude::*;

/// Draws a course with the words under the cursor, as a screen does.
fn shown(story: &Story, course: &Course, state: &TimelineState, theme: &Theme, (w, h): (u16, u16)) -> String {
    let timeline = Timeline::new(course, &story.practice, state, theme);
    let words = state.event(course).map(|e| describe(course, &story.practice, &e).join("\n")).unwrap_or_default();
    format!("{}\n\n{words}", text(&draw(timeline, w, h)))
}

const SIZES: [(u16, u16); 3] = [(76, 12), (116, 14), (196, 20)];

#[test]
fn courses_at_three_sizes() {
    for ascii in [false, true] {
        let theme = Theme::named("dark", ascii);
        for (name, (story, course)) in
            [("neuro", neuro()), ("settled", settled()), ("weekly", weekly()), ("decided", decided())]
        {
            for size in SIZES {
                let state = TimelineState::new(&course);
                let drawn = shown(&story, &course, &state, &theme, size);
                let end = if ascii { "-ascii" } else { "" };
                if !ascii || size.0 == 76 {
                    snapshot(&format!("timeline-{name}-{}x{}{end}", size.0, size.1), &drawn);
                }
            }
        }
    }
}

#[test]
fn other_zooms() {
    let theme = Theme::named("dark", false);
    for (name, (story, course)) in [("neuro", neuro()), ("settled", settled())] {
        for zoom in Zoom::ALL {
            let mut state = TimelineState { zoom, ..TimelineState::new(&course) };
            state.left(&course);
            state.left(&course);
            snapshot(&format!("timeline-{name}-{}", zoom.words()), &shown(&story, &course, &state, &theme, (96, 16)));
        }
    }
}

#[test]
fn compact_in_a_side_pane() {
    let drawn = |(story, course): (Story, Course), ascii| {
        let theme = Theme::named("dark", ascii);
        let state = TimelineState::new(&course);
        let timeline = Timeline::new(&course, &story.practice, &state, &theme).compact();
        [5, 4, 3, 2].map(|h| text(&draw(timeline, 48, h))).join("\n\n")
    };
    snapshot("timeline-compact", &[neuro(), settled(), weekly()].map(|c| drawn(c, false)).join("\n\n\n"));
    snapshot("timeline-compact-ascii", &drawn(neuro(), true));
}

#[test]
fn low_areas_keep_doses_and_phases() {
    let theme = Theme::named("dark", false);
    let (story, course) = settled();
    let state = TimelineState::new(&course);
    let timeline = Timeline::new(&course, &story.practice, &state, &theme);
    let heights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11];
    snapshot("timeline-heights", &heights.map(|h| text(&draw(timeline, 76, h))).join("\n\n"));
}

#[test]
fn walking_visits_every_event_in_order_and_keeps_it_in_view() {
    for (_, course) in [neuro(), settled(), weekly()] {
        let all = events(&course);
        assert!(all.is_sorted_by_key(|e| e.date));
        for zoom in Zoom::ALL {
            let mut state = TimelineState { zoom, ..TimelineState::new(&course) };
            state.first(&course);
            for (i, event) in all.iter().enumerate() {
                assert_eq!((state.cursor, state.event(&course)), (i, Some(*event)));
                assert!(Scale::fit(&all, &state, 48).x(event.date).is_some(), "{event:?} left the view");
                state.right(&course);
            }
            assert_eq!(state.cursor, all.len() - 1, "the last event is the end");
            (0..all.len()).for_each(|_| state.left(&course));
            assert_eq!(state.cursor, 0);
        }
    }
}

#[test]
fn zooming_keeps_the_cursor_in_view() {
    let (_, course) = settled();
    let all = events(&course);
    for start in 0..all.len() {
        let mut state = TimelineState::new(&course);
        state.first(&course);
        (0..start).for_each(|_| state.right(&course));
        for step in [1, 1, -1, -1, -1, -1, 1] {
            if step > 0 {
                state.zoom_out(&course);
            } else {
                state.zoom_in(&course);
            }
            assert_eq!(state.cursor, start);
            assert!(Scale::fit(&all, &state, 40).x(all[start].date).is_some());
        }
    }
}

#[test]
fn today_comes_back_and_a_click_selects_what_is_under_it() {
    let (_, course) = neuro();
    let mut state = TimelineState::new(&course);
    let there = state;
    (0..9).for_each(|_| state.left(&course));
    state.today(&course);
    assert_eq!(state, there);

    let area = Rect::new(3, 2, 76, 12);
    let all = events(&course);
    for (i, event) in all.iter().enumerate() {
        let Some(x) = Scale::fit(&all, &there, 64).x(event.date) else { continue };
        let mut state = there;
        let column = all.iter().filter(|e| Scale::fit(&all, &there, 64).x(e.date) == Some(x)).count();
        let hit = (0..column).any(|_| state.select_at(&course, area, 3 + 12 + x) && state.cursor == i);
        assert!(hit, "clicks on column {x} reach {event:?}");
    }
    assert!(!state.select_at(&course, area, 4), "a click on the labels selects nothing");
}

#[test]
fn ascii_is_ascii_at_every_size() {
    let theme = Theme::named("mono", true);
    for (story, course) in [neuro(), settled(), weekly()] {
        for zoom in Zoom::ALL {
            let mut state = TimelineState { zoom, ..TimelineState::new(&course) };
            state.left(&course);
            let timeline = Timeline::new(&course, &story.practice, &state, &theme);
            let drawn = text(&draw(timeline, 130, 24)) + &text(&draw(timeline.compact(), 50, 4));
            assert!(drawn.is_ascii(), "{drawn}");
        }
    }
}

#[test]
fn no_size_is_too_small_or_too_big() {
    let theme = Theme::named("light", false);
    let stories = [neuro(), settled(), (Story::new(), Story::new().course("2026-01-01"))];
    for (story, course) in &stories {
        let state = TimelineState::new(course);
        let timeline = Timeline::new(course, &story.practice, &state, &theme);
        let small = (0..=20).flat_map(|w| (0..=6).map(move |h| (w, h)));
        for (w, h) in small.chain([(31, 9), (32, 9), (33, 3), (500, 2), (300, 90), (40, 60)]) {
            draw(timeline, w, h);
            draw(timeline.compact(), w, h);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_chart_draws_at_any_size(
        regimen in prop::sample::select(vec!["r01", "r02", "r09", "r15", "r26a"]),
        acts in prop::collection::vec((0_u8..6, 0_u64..900), 0..30),
        now in 0_u64..1_500,
        walk in prop::collection::vec(0_u8..7, 0..20),
        size in (0_u16..220, 0_u16..40),
        looks in (any::<bool>(), 0_usize..4),
    ) {
        let start: chrono::NaiveDate = "2026-01-31".parse().unwrap();
        let on = |n: u64| start + chrono::Days::new(n);
        let mut story = Story::new().order(regimen, "2026-01-31");
        for (act, n) in acts {
            let day = on(n).to_string();
            story = match act {
                0 => story.checked(&day, &[("fatigue", (n % 5) as u8)], &["haemoglobin 104", "total-b12 >2000 ng/L"]),
                1 => story.not_given(&day, Some(&on(n + 3).to_string())),
                4 => story.turned(&day, Turn::Paused { until: on(n + 40) }),
                5 => story.turned(&day, Turn::Oral { daily_mcg: 1000, recheck: on(n + 60) }),
                2 if regimen == "r02" => story.phase_ended(&day),
                _ => story.given(&[&day]),
            };
        }
        let course = story.course(&on(now).to_string());
        let all = events(&course);
        let mut state = TimelineState { zoom: Zoom::ALL[looks.1], ..TimelineState::new(&course) };
        let theme = Theme::named("dark", looks.0);
        for step in walk {
            match step {
                0 => state.left(&course),
                1 => state.right(&course),
                2 => state.zoom_in(&course),
                3 => state.zoom_out(&course),
                4 => state.today(&course),
                5 => state.first(&course),
                _ => state.last(&course),
            }
            let scale = Scale::fit(&all, &state, size.0.max(1));
            prop_assert!(scale.x(all[state.cursor].date).is_some(), "the cursor left the view");
        }
        let timeline = Timeline::new(&course, &story.practice, &state, &theme);
        let drawn = text(&draw(timeline, size.0, size.1));
        prop_assert!(!looks.0 || drawn.is_ascii());
        draw(timeline.compact(), size.0, size.1);
        for event in &all {
            prop_assert!(!describe(&course, &story.practice, event).is_empty());
        }
    }
}

#[test]
fn a_long_life_draws_quickly() {
    let start: chrono::NaiveDate = "1990-01-01".parse().unwrap();
    let mut story = Story::new().order("r01", "1990-01-01");
    for n in 0..1_500 {
        let day = (start + chrono::Days::new(8 * n)).to_string();
        story = if n % 3 == 0 {
            story.checked(&day, &[("fatigue", 1)], &["haemoglobin 120"])
        } else {
            story.given(&[&day])
        };
    }
    let course = story.course("2023-01-01");
    let theme = Theme::named("dark", false);
    let state = TimelineState::new(&course);
    let before = std::time::Instant::now();
    for _ in 0..20 {
        draw(Timeline::new(&course, &story.practice, &state, &theme), 196, 40);
    }
    let each = before.elapsed() / 20;
    assert!(each < std::time::Duration::from_millis(50), "one drawing took {each:?}");
}
