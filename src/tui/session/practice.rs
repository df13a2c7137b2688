//! The practice itself: its settings, its beginning, a demo.

use super::super::effect::Effect;
use super::Session;
use crate::clinic::practice::Settings;
use crate::demo;
use crate::store::Store;

impl Session {
    pub(super) fn change_settings(&mut self, settings: Settings) -> Vec<Effect> {
        self.overtaken();
        let Some(store) = &mut self.store else { return Vec::new() };
        let changed = store.change_settings(|now| {
            let lots = std::mem::take(&mut now.lots);
            *now = Settings { lots, ..settings };
        });
        match changed {
            Ok(()) => {
                self.app.ctx.practice = store.practice().clone();
                self.app.ctx.author = self.app.ctx.practice.settings.author().to_owned();
                let drop = self.app.close_prompt();
                let effects = self.app.rework();
                self.verify();
                self.app.say("Saved: settings.".to_owned());
                drop.into_iter().chain(effects).collect()
            }
            Err(error) => {
                self.app.failed(error.to_string());
                Vec::new()
            }
        }
    }

    pub(super) fn create(&mut self, settings: Settings) -> Vec<Effect> {
        match Store::create_on(&self.begin.dir, settings, self.begin.places.clone(), self.disk.clone()) {
            Ok(store) => {
                let drop = self.app.close_prompt();
                self.enter(store);
                drop.into_iter().collect()
            }
            Err(error) => {
                self.app.failed(error.to_string());
                Vec::new()
            }
        }
    }

    /// A demo lies in a temporary folder that goes with the session.
    pub(super) fn open_demo(&mut self) -> Vec<Effect> {
        match demo::temporary(demo::SEED, demo::PATIENTS, self.app.ctx.today()) {
            Ok((folder, store)) => {
                self.begin.places = store.places().clone();
                self.begin.temporary = Some(folder);
                self.enter(store);
            }
            Err(sentence) => self.app.say(sentence),
        }
        Vec::new()
    }

    pub(super) fn enter(&mut self, store: Store) {
        let ctx = &mut self.app.ctx;
        ctx.practice = store.practice().clone();
        ctx.author = ctx.practice.settings.author().to_owned();
        ctx.place = store.dir().display().to_string();
        ctx.patients.clear();
        self.store = Some(store);
        self.look_at_backups();
        let effects = self.app.enter();
        self.perform(effects);
        self.verify();
    }
}
