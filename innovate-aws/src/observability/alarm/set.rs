//! The alarms that a construct comes with.

use std::{fmt, marker::PhantomData};

use innovate_core::{AnyStack, Construct, Diagnostic, Scope, StageKind, Str};

use super::{
    Alarm, AlarmHandle, Condition, Datapoints, MissingData, NoRecipient, Period, Recipients,
    Signal, Topics,
};
use crate::observability::TopicHandle;

/// The names of the alarms that a kind of construct comes with.
pub trait AlarmKind: Copy + Ord + fmt::Debug + 'static {
    /// The name, as it stands in logical ids and in the names of alarms.
    fn id(self) -> &'static str;
}

/// The names of a construct's alarms: an enum whose variants are their ids.
macro_rules! alarm_kinds {
    ($(#[$doc:meta])* $kind:ident { $($(#[$each:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $kind {
            $($(#[$each])* $variant,)*
        }

        impl $kind {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
        }

        impl $crate::observability::AlarmKind for $kind {
            fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }
        }
    };
}
pub(crate) use alarm_kinds;

/// An alarm that a construct proposes, before the stage is known.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    alarm: Alarm,
    elsewhere: Option<f64>,
}

impl Proposal {
    /// An alarm that goes off when the condition is true of the signal.
    pub(crate) fn when(
        signal: impl Into<Signal>,
        condition: Condition,
        missing: MissingData,
    ) -> Self {
        Self { alarm: Alarm::when(signal, condition, missing), elsewhere: None }
    }

    /// The number outside of production, where there is less to lose and less to pay for.
    pub(crate) const fn outside_production(mut self, number: f64) -> Self {
        self.elsewhere = Some(number);
        self
    }

    /// How many periods of which length must be bad.
    pub(crate) fn over(mut self, datapoints: Datapoints, period: Period) -> Self {
        self.alarm = self.alarm.datapoints(datapoints).period(period);
        self
    }

    /// What it means and what to do.
    pub(crate) fn describe(mut self, description: impl Into<Str>) -> Self {
        self.alarm = self.alarm.describe(description);
        self
    }

    fn for_stage(self, stage: StageKind) -> Alarm {
        match (self.elsewhere, stage) {
            (Some(number), StageKind::Dev | StageKind::Staging) => self.alarm.with_number(number),
            (_, _) => self.alarm,
        }
    }
}

/// The alarms that a construct comes with, each known by its name: what `alarms()` of a handle
/// gives.
///
/// ```
/// use innovate_aws::{
///     database::{AuroraAlarm, AuroraCluster},
///     observability::TopicHandle,
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn watch(monitoring: &mut Stack<Prod>, database: &AuroraCluster, topic: &TopicHandle) {
///     monitoring.add("Database", database.alarms().notify(topic));
/// }
///
/// fn watch_closely(monitoring: &mut Stack<Prod>, database: &AuroraCluster, topic: &TopicHandle) {
///     let alarms = database
///         .alarms()
///         .threshold(AuroraAlarm::Cpu, 70.0)
///         .without(AuroraAlarm::Deadlocks);
///     monitoring.add("Database", alarms.notify(topic));
/// }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Alarms<K, N = AnyStack, R = NoRecipient> {
    proposals: Vec<(K, Proposal)>,
    thresholds: Vec<(K, f64)>,
    without: Vec<K>,
    recipients: R,
    needs: PhantomData<fn() -> N>,
}

impl<K: Clone, N, R: Clone> Clone for Alarms<K, N, R> {
    fn clone(&self) -> Self {
        let Self { proposals, thresholds, without, recipients, needs } = self;
        Self {
            proposals: proposals.clone(),
            thresholds: thresholds.clone(),
            without: without.clone(),
            recipients: recipients.clone(),
            needs: *needs,
        }
    }
}

impl<K: AlarmKind, N> Alarms<K, N> {
    pub(crate) fn of(proposals: impl IntoIterator<Item = (K, Proposal)>) -> Self {
        Self {
            proposals: proposals.into_iter().collect(),
            thresholds: Vec::new(),
            without: Vec::new(),
            recipients: NoRecipient,
            needs: PhantomData,
        }
    }
}

impl<K: AlarmKind, N, R> Alarms<K, N, R> {
    /// Another number for one of them: the one that its condition compares with.
    pub fn threshold(mut self, alarm: K, number: impl Into<f64>) -> Self {
        self.thresholds.push((alarm, number.into()));
        self
    }

    /// All but this one.
    pub fn without(mut self, alarm: K) -> Self {
        self.without.push(alarm);
        self
    }

    /// Tells a topic of the same region when one of them goes off, and when it is over.
    pub fn notify(self, topic: &TopicHandle) -> Alarms<K, N, Topics>
    where
        R: Recipients,
    {
        let Self { proposals, thresholds, without, recipients, needs } = self;
        let recipients = recipients.and(topic);
        Alarms { proposals, thresholds, without, recipients, needs }
    }

    /// Reports what is said about an alarm that isn't there.
    fn check(&self, scope: &mut Scope<'_>) {
        let known = |kind: &K| self.proposals.iter().any(|(found, _)| found == kind);
        let named = self.thresholds.iter().map(|(kind, _)| ("threshold", kind));
        let named = named.chain(self.without.iter().map(|kind| ("without", kind)));
        let findings: Vec<_> = named
            .filter(|(_, kind)| !known(kind))
            .map(|(setter, kind)| {
                let here: Vec<_> = self.proposals.iter().map(|(kind, _)| kind.id()).collect();
                Diagnostic::error("ALM-03", "there is no such alarm here")
                    .setter(setter)
                    .given(kind.id())
                    .allowed(here.join(", "))
            })
            .collect();
        findings.into_iter().for_each(|finding| scope.report(finding));
    }
}

impl<K: AlarmKind, N, R: Recipients> Construct for Alarms<K, N, R> {
    type Handle = AlarmsHandle<K>;
    type Needs = R::Needs<N>;

    fn build(self, scope: &mut Scope<'_>) -> AlarmsHandle<K> {
        self.check(scope);
        let Self { proposals, thresholds, without, recipients, .. } = self;
        let mut alarms = Vec::new();
        for (kind, proposal) in proposals {
            if without.contains(&kind) {
                continue;
            }
            let mut alarm = proposal.for_stage(scope.stage());
            if let Some((_, number)) = thresholds.iter().rfind(|(named, _)| *named == kind) {
                alarm = alarm.with_number(*number);
            }
            alarms.push((kind, scope.add(kind.id(), alarm.told(recipients.topics()))));
        }
        AlarmsHandle { alarms }
    }
}

/// Alarms that are in a stack.
#[derive(Clone, Debug)]
pub struct AlarmsHandle<K> {
    alarms: Vec<(K, AlarmHandle)>,
}

impl<K: AlarmKind> AlarmsHandle<K> {
    /// One of them, unless it was left out.
    pub fn alarm(&self, kind: K) -> Option<&AlarmHandle> {
        self.alarms.iter().find(|(found, _)| *found == kind).map(|(_, alarm)| alarm)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &AlarmHandle> {
        self.alarms.iter().map(|(_, alarm)| alarm)
    }
}
