//! Which file? The newest stand first; a path may be typed.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::{Form, Named, Wish};
use super::super::super::input::{Input, Key, clean};
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::list::{Cursor, Moved};
use super::Step;
use super::lines::{List, areas};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::path::{Path, PathBuf};

/// A laboratory puts its reports into one folder.
const ALL: &str = "All files of this folder";
const NO_SUCH: &str = "No file of this folder has such a name.";

pub(super) struct Pick {
    form: Form,
    folder: Option<PathBuf>,
    files: Vec<Named>,
    /// What was typed: a path, or a part of a name.
    typed: String,
    cursor: Cursor,
}

impl Pick {
    pub(super) fn new(form: Form) -> Self {
        Self { form, folder: None, files: Vec::new(), typed: String::new(), cursor: Cursor::default() }
    }

    pub(super) fn listed(&mut self, folder: PathBuf, mut files: Vec<Named>) {
        if self.form == Form::Hl7 {
            let all = Named { name: ALL.to_owned(), is_folder: true, bytes: 0, changed: String::new() };
            files.insert(0, all);
        }
        (self.folder, self.files) = (Some(folder), files);
        self.typed.clear();
        self.cursor = Cursor::default();
    }

    /// The files whose names hold what was typed.
    fn shown(&self) -> Vec<&Named> {
        let wanted = self.typed.trim().to_lowercase();
        self.files.iter().filter(|file| wanted.is_empty() || file.name.to_lowercase().contains(&wanted)).collect()
    }

    pub(super) fn update(&mut self, input: &Input, action: Option<Action>, body: Rect) -> Step {
        let count = self.shown().len();
        if self.cursor.input(input, action, areas(body, 3).1, count) == Moved::Opened {
            return self.open();
        }
        match (action, input) {
            (Some(Action::Back), _) if self.typed.is_empty() => return Step::Back,
            (Some(Action::Back), _) => self.typed.clear(),
            (Some(Action::Open), _) => return self.open(),
            (_, Input::Key(Key::Char(c))) => self.typed.push(*c),
            (_, Input::Paste(text)) => self.typed.push_str(&clean(text)),
            (_, Input::Key(Key::Backspace)) if self.typed.is_empty() => return self.up(),
            (_, Input::Key(Key::Backspace)) => drop(self.typed.pop()),
            _ => return Step::Stay,
        }
        self.cursor = Cursor::default();
        Step::Stay
    }

    fn up(&self) -> Step {
        let above = self.folder.as_deref().and_then(Path::parent).map(Path::to_owned);
        above.map_or(Step::Stay, |above| Step::Wish(Wish::List(Some(above))))
    }

    fn read(&self, path: PathBuf) -> Step {
        Step::Run("The file is read", Wish::Read(path, self.form))
    }

    fn open(&self) -> Step {
        let typed = Path::new(self.typed.trim());
        if typed.is_absolute() {
            return self.read(typed.to_owned());
        }
        match (self.folder.as_ref(), self.shown().get(self.cursor.at)) {
            (Some(_), Some(file)) if file.name == ".." => self.up(),
            (Some(folder), Some(file)) if file.name == ALL => self.read(folder.clone()),
            (Some(folder), Some(file)) if file.is_folder => Step::Wish(Wish::List(Some(folder.join(&file.name)))),
            (Some(folder), Some(file)) => self.read(folder.join(&file.name)),
            _ => Step::Say(NO_SUCH.to_owned()),
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let folder = self.folder.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default();
        let shown = self.shown();
        let head = vec![
            Line::styled(format!("Which file? {folder}"), theme.style(Role::Banner)),
            Line::from(vec![
                Span::raw("Find  "),
                Span::styled(format!("{:<35}", self.typed), theme.style(Role::Focus)),
                Span::styled("  a part of the name, or a whole path", theme.style(Role::Dim)),
            ]),
            Line::raw(""),
        ];
        let is_path = Path::new(self.typed.trim()).is_absolute();
        let none = if is_path { "Enter reads the file or folder of this path." } else { NO_SUCH };
        let told = "Enter opens a file or folder; Backspace goes to the folder above.".to_owned();
        let list = List { title: " Exchange ", head, count: shown.len(), cursor: self.cursor, none, told, more: "" };
        let wide = usize::from(body.width).saturating_sub(44).max(16);
        list.draw(frame, body, ctx, |at, pen, style| {
            let Some(file) = shown.get(at) else { return };
            let size = if file.is_folder { "folder".to_owned() } else { size(file.bytes) };
            pen.column(&file.name, wide, theme.glyphs.ellipsis, style(Role::Text));
            pen.write(&format!(" {size:>10}  {}", file.changed), style(Role::Dim));
        });
        let (line, _, _) = areas(body, 3);
        let typed = unicode_width::UnicodeWidthStr::width(self.typed.as_str());
        let at = (line.x + 6).saturating_add(u16::try_from(typed).unwrap_or(u16::MAX));
        if line.contains(ratatui::layout::Position::new(at, line.y + 1)) {
            frame.set_cursor_position((at, line.y + 1));
        }
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
