//! The construct of a StackSet, and its handle.

use innovate_cfn::cloudformation::{self, stack_set};
use innovate_core::{
    AnyStack, Anywhere, Construct, DeletionPolicy, Gives, Literal, MAIN, Resource,
    ResourceType as _, Scope, Stack, StackModel, Stage, StageKind, Str, Text, Value,
};
use typed_builder::TypedBuilder;

use super::{Rollout, Targets};
use crate::region::Region;

/// A template in many accounts and regions: CloudFormation makes a stack of it in each.
///
/// The template is built like a stack, with the same constructs, from
/// [`Environment::template`](crate::Environment::template), and checked like one. It stands by itself: nothing in
/// it refers to a stack of the program, and no stack refers to it. The StackSet has the template's name. Its
/// operations run at the same time where they don't conflict, and wait for one another where they do (managed
/// execution). In production it stays when it leaves its stack, since its stacks would go with it.
///
/// It is added to a stack of the organization's management account, or of an account that the former has
/// registered as a delegated administrator. A change of the template or of the parameters is deployed to all
/// targets. To deploy it says which accounts and regions failed, and why.
///
/// ```
/// use innovate_aws::{
///     Environment, Region, account,
///     name,
///     stack_set::{StackSet, Targets},
/// };
/// use innovate_cfn::ssm;
/// use innovate_core::{Prod, Stack};
///
/// fn baseline(management: &Environment<Prod>, stack: &mut Stack<Prod>) {
///     let mut baseline = management.template("baseline");
///     baseline.add("Level", ssm::Parameter::new(ssm::parameter::Type::STRING, "low"));
///     let everywhere = StackSet::builder()
///         .template(baseline)
///         .targets(Targets::units([name!(OrganizationalUnitId: "ou-ab12-11111111")]))
///         .regions([Region::EuWest1, Region::UsEast1])
///         .build();
///     stack.add("Baseline", everywhere);
/// }
/// ```
///
/// Sources: "AWS::CloudFormation::StackSet", AWS CloudFormation Template Reference Guide; "Managing stacks across
/// accounts and Regions with StackSets", AWS CloudFormation User Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Gives a parameter of the template its value, in all accounts and regions. May be called for each. One
    /// without a default must have a value. There is none for some accounts alone: CloudFormation would not give
    /// it to an account that comes later.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn parameter(&mut self, name: impl Into<Str>, value: impl Gives<Text>) {
        self.parameters.push((name.into(), value.give()));
    }
))]
pub struct StackSet {
    /// What is deployed: `environment.template("baseline")`, with its constructs. CloudFormation takes up to
    /// 51,200 bytes of it here.
    #[builder(setter(into))]
    pub(super) template: Template,
    /// The accounts, and with whose permissions.
    #[builder(setter(into))]
    pub(super) targets: Targets,
    /// The regions, one at least. In their order the StackSet goes from one to the next.
    #[builder(setter(transform = |regions: impl IntoIterator<Item = Region>| regions.into_iter().collect()))]
    pub(super) regions: Vec<Region>,
    /// In how many accounts and regions at once, and how many may fail. By default one account at a time, one
    /// region after another, and none may fail.
    #[builder(default)]
    pub(super) rollout: Rollout,
    /// Says what it is for, in up to 1,024 characters. Nothing by default.
    #[builder(default, setter(into, strip_option))]
    description: Option<Str>,
    #[builder(via_mutators)]
    pub(super) parameters: Vec<(Str, Value<Text>)>,
}

/// What a StackSet deploys; made of [`Environment::template`](crate::Environment::template).
#[derive(Clone, Debug)]
pub struct Template(pub(super) StackModel);

impl<S: Stage> From<Stack<S, Anywhere>> for Template {
    fn from(stack: Stack<S, Anywhere>) -> Self {
        Self(stack.into_template())
    }
}

impl Construct for StackSet {
    type Handle = StackSetHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> StackSetHandle {
        self.check(scope);
        let Self { template: Template(template), targets, regions, rollout, .. } = self;
        let codes: Vec<&'static str> = regions.iter().map(|region| region.code()).collect();
        let group = stack_set::StackInstances::new(targets.deployment(), codes);
        let resource = cloudformation::StackSet::new(targets.model(), template.name().to_owned())
            .managed_execution(stack_set::ManagedExecution::new().active(true))
            .operation_preferences(rollout.preferences(&regions))
            .stack_instances_group([group]);
        let resource = targets.permit(resource);
        let capabilities = capabilities(&template);
        let resource = match capabilities.is_empty() {
            true => resource,
            false => resource.capabilities(capabilities),
        };
        let resource = match self.parameters.is_empty() {
            true => resource,
            false => {
                let parameters = self.parameters.into_iter();
                let parameter = |(key, value)| stack_set::Parameter::new(key, value);
                resource.parameters(parameters.map(parameter).collect::<Vec<_>>())
            }
        };
        let resource = match self.description {
            Some(description) => resource.description(description),
            None => resource,
        };
        let kept = match scope.stage() {
            StageKind::Prod => DeletionPolicy::RetainExceptOnCreate,
            StageKind::Dev | StageKind::Staging => DeletionPolicy::Delete,
        };
        let resource = scope.add(MAIN, resource.removal_policy(kept));
        scope.embed(&resource, "TemplateBody", template);
        StackSetHandle { resource }
    }
}

/// What CloudFormation wants to be told: IAM resources, and macros.
///
/// Source: "CreateStackSet", AWS CloudFormation API Reference.
fn capabilities(template: &StackModel) -> Vec<Literal<stack_set::Capability>> {
    let iam = |found: &Resource| found.type_name().starts_with("AWS::IAM::");
    let mut capabilities = Vec::new();
    if template.resources().iter().any(iam) {
        capabilities.push(stack_set::Capability::CAPABILITY_NAMED_IAM);
    }
    if template.needs_transform() {
        capabilities.push(stack_set::Capability::CAPABILITY_AUTO_EXPAND);
    }
    capabilities
}

/// A StackSet, as the rest of the program holds it.
#[derive(Clone, Debug)]
pub struct StackSetHandle {
    resource: cloudformation::StackSetRef,
}

impl StackSetHandle {
    /// Its id, `name:uuid`, by which CloudFormation's API knows it.
    pub fn id(&self) -> Value<Text> {
        self.resource.stack_set_id()
    }
}
