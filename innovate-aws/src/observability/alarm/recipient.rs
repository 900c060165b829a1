//! Who is told when an alarm goes off.

use innovate_core::{MetBy, Place, Stack, Stage};

use crate::observability::TopicHandle;

/// Nobody yet. An alarm that tells nobody can't be added to a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoRecipient;

/// The topics that are told, of an alarm's own region.
#[derive(Clone, Debug)]
pub struct Topics(pub(super) Vec<TopicHandle>);

/// The need of an alarm that tells nobody. No stack meets it.
#[derive(Clone, Copy, Debug)]
pub enum Recipient {}

/// A stage whose alarms may go off unseen. There is none.
#[diagnostic::on_unimplemented(
    message = "this alarm tells nobody that it went off",
    label = "an alarm without an action",
    note = "say who is told: `.notify(&topic)`, with the handle of an `AlarmTopic`"
)]
pub trait LetsAlarmsGoUnseen: Stage {}

impl<S: LetsAlarmsGoUnseen, P: Place> MetBy<Stack<S, P>> for Recipient {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::NoRecipient {}
    impl Sealed for super::Topics {}
}

/// [`NoRecipient`] or [`Topics`].
pub trait Recipients: sealed::Sealed {
    /// What an alarm that needs `N` of its stack needs with these recipients.
    type Needs<N>;
    #[doc(hidden)]
    fn topics(&self) -> &[TopicHandle];
    #[doc(hidden)]
    fn and(self, topic: &TopicHandle) -> Topics;
}

impl Recipients for NoRecipient {
    type Needs<N> = Recipient;

    fn topics(&self) -> &[TopicHandle] {
        &[]
    }

    fn and(self, topic: &TopicHandle) -> Topics {
        Topics(vec![topic.clone()])
    }
}

impl Recipients for Topics {
    type Needs<N> = N;

    fn topics(&self) -> &[TopicHandle] {
        &self.0
    }

    fn and(mut self, topic: &TopicHandle) -> Topics {
        self.0.push(topic.clone());
        self
    }
}
