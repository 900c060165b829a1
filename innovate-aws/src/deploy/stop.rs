//! Somebody asks to stop.

use tokio::sync::watch;

/// Asks what was begun with it to begin nothing more.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Asks to stop: nothing more begins, and what is under way is waited for.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody asked.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until somebody asks.
    pub(super) async fn asked(&self) {
        let mut said = self.0.subscribe();
        // The one who could ask can't be gone while it is held here.
        let _asked = said.wait_for(|asked| *asked).await;
    }
}
