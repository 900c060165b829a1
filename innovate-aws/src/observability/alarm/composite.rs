//! Alarms over alarms.

use innovate_cfn::cloudwatch;
use innovate_core::{
    AnyStack, Construct, Diagnostic, MAIN, ResourceRef, Scope, Str, Text, Value, value::intrinsic,
};

use super::{AlarmHandle, NoRecipient, Recipients, Topics};
use crate::{name::name_of, observability::TopicHandle};

/// How many alarms one may look at. Source: "PutCompositeAlarm", Amazon CloudWatch API Reference.
const MOST: usize = 100;

/// An alarm that goes off when others do: one page for many symptoms.
///
/// ```
/// use innovate_aws::{
///     cluster::Cluster,
///     observability::{CompositeAlarm, TopicHandle},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn page(monitoring: &mut Stack<Prod>, cluster: &Cluster, mail: &TopicHandle, pager: &TopicHandle) {
///     let alarms = monitoring.add("Cluster", cluster.alarms().notify(mail));
///     monitoring.add("Page", CompositeAlarm::any(alarms.all()).notify(pager));
/// }
/// ```
///
/// Source: "Combining alarms", Amazon CloudWatch User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct CompositeAlarm<R = NoRecipient> {
    alarms: Vec<Value<Text>>,
    operator: &'static str,
    description: Option<Str>,
    recipients: R,
}

impl CompositeAlarm {
    /// One that goes off when any of the alarms does.
    pub fn any<'a>(alarms: impl IntoIterator<Item = &'a AlarmHandle>) -> Self {
        Self::of(alarms, " OR ")
    }

    /// One that goes off when all of the alarms have.
    pub fn all<'a>(alarms: impl IntoIterator<Item = &'a AlarmHandle>) -> Self {
        Self::of(alarms, " AND ")
    }

    fn of<'a>(alarms: impl IntoIterator<Item = &'a AlarmHandle>, operator: &'static str) -> Self {
        let alarms = alarms.into_iter().map(AlarmHandle::alarm_name).collect();
        Self { alarms, operator, description: None, recipients: NoRecipient }
    }
}

impl<R> CompositeAlarm<R> {
    /// Tells who gets it what it means and what to do. Nothing by default.
    pub fn describe(mut self, description: impl Into<Str>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Tells a topic of the alarm's own region when it goes off, and when it is over.
    pub fn notify(self, topic: &TopicHandle) -> CompositeAlarm<Topics>
    where
        R: Recipients,
    {
        let Self { alarms, operator, description, recipients } = self;
        CompositeAlarm { alarms, operator, description, recipients: recipients.and(topic) }
    }

    fn finding(&self) -> Option<Diagnostic> {
        let count = self.alarms.len();
        (count == 0 || count > MOST).then(|| {
            Diagnostic::error("ALM-03", "CloudWatch refuses a composite alarm over so many alarms")
                .given(count)
                .allowed(format!("1 to {MOST} alarms"))
        })
    }
}

impl<R: Recipients> Construct for CompositeAlarm<R> {
    type Handle = CompositeAlarmHandle;
    type Needs = R::Needs<AnyStack>;

    fn build(self, scope: &mut Scope<'_>) -> CompositeAlarmHandle {
        if let Some(finding) = self.finding() {
            scope.report(finding);
        }
        let name = name_of(scope);
        let mut parts: Vec<Value<Text>> = Vec::new();
        for alarm in self.alarms {
            let before = if parts.is_empty() { "" } else { self.operator };
            parts.push(intrinsic::concat([
                innovate_core::Gives::give(format!("{before}ALARM(\"")),
                alarm,
                innovate_core::Gives::give("\")"),
            ]));
        }
        let actions: Vec<_> = self.recipients.topics().iter().map(TopicHandle::arn).collect();
        let mut alarm = cloudwatch::CompositeAlarm::new(intrinsic::concat(parts))
            .alarm_name(name.clone())
            .alarm_actions(actions.clone())
            .ok_actions(actions);
        if let Some(description) = self.description {
            alarm = alarm.alarm_description(description);
        }
        let region = scope.site().region().to_owned();
        CompositeAlarmHandle { alarm: scope.add(MAIN, alarm), name, region }
    }
}

/// A composite alarm that is in a stack.
#[derive(Clone, Debug)]
pub struct CompositeAlarmHandle {
    alarm: cloudwatch::CompositeAlarmRef,
    name: String,
    region: String,
}

impl CompositeAlarmHandle {
    /// The region that it is in.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Its name, for what must wait for it.
    pub fn alarm_name(&self) -> Value<Text> {
        self.alarm.reference()
    }

    /// Its name, known before deployment.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl AsRef<ResourceRef> for CompositeAlarmHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.alarm.as_ref()
    }
}
