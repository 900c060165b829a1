//! StackSets: what is deployed, and where to.

use innovate_aws::{
    Region, account, name, percent,
    stack_set::{AutoDeployment, Rollout, StackSet, Targets},
};
use innovate_cfn::{cloudformation, iam, kind, s3, ssm};
use innovate_core::{
    Anywhere, App, DeletionPolicy, Dev, Diagnostic, Node, Parameter, Prod, ResourceType as _,
    Stack, Text, json, text,
    value::{intrinsic, pseudo},
};
use serde_json::{Value as Json, json as plain};

use crate::program::{environment, problems, synth_with_registry, with_code};

const UNIT: &str = "ou-ab12-11111111";

fn level() -> ssm::Parameter {
    ssm::Parameter::new(ssm::parameter::Type::STRING, "low")
}

/// A template with one resource.
fn baseline() -> Stack<Prod, Anywhere> {
    let mut baseline = environment::<Prod>().template("baseline");
    baseline.add("Level", level());
    baseline
}

fn units() -> Targets {
    Targets::units([name!(OrganizationalUnitId: "ou-ab12-11111111")]).into()
}

/// A StackSet of the baseline in a stack of production.
fn with(targets: impl Into<Targets>, regions: &[Region], rollout: Rollout) -> App {
    let set = StackSet::builder()
        .template(baseline())
        .targets(targets)
        .regions(regions.to_vec())
        .rollout(rollout);
    deployed(set.build())
}

fn of(template: Stack<Prod, Anywhere>) -> App {
    let set = StackSet::builder().template(template).targets(units());
    deployed(set.regions([Region::EuWest1, Region::UsEast1]).build())
}

fn deployed(set: StackSet) -> App {
    let mut stack = environment::<Prod>().stack("management");
    stack.add("Baseline", set);
    App::new("test").stack(stack)
}

/// The resource as it is in the template, without what is a template itself.
fn written(app: App) -> Json {
    let synthesis = synth_with_registry(app);
    assert_eq!(problems(&synthesis), [""; 0]);
    let assembly = synthesis.assembly.unwrap();
    let template = &assembly.files()["templates/innovate-prod-management.template.json"];
    let mut template: Json = serde_json::from_str(template).unwrap();
    let set = template["Resources"]["Baseline"].take();
    assert_eq!(set["Type"], "AWS::CloudFormation::StackSet");
    set
}

#[track_caller]
fn found(app: App, code: &str) -> Diagnostic {
    let synthesis = synth_with_registry(app);
    let found = with_code(&synthesis, code);
    let [one] = &*found else { panic!("{:#?}", problems(&synthesis)) };
    Diagnostic::clone(one)
}

#[test]
fn a_stack_set_deploys_its_template_to_units_of_the_organization() {
    let regions = [Region::EuWest1, Region::UsEast1];
    let mut set = written(with(units(), &regions, Rollout::default()));
    let body: Json =
        serde_json::from_str(set["Properties"]["TemplateBody"].take().as_str().unwrap()).unwrap();
    let level = &body["Resources"]["Level"]["Properties"];
    assert_eq!(level["Value"], "low");
    assert_eq!(level["Tags"]["application"], "innovate");
    assert_eq!(set["DeletionPolicy"], "RetainExceptOnCreate");
    let properties = set["Properties"].as_object_mut().unwrap();
    properties.remove("TemplateBody");
    properties.remove("Tags").unwrap();
    assert_eq!(
        set["Properties"],
        plain!({
            "StackSetName": "innovate-prod-baseline",
            "PermissionModel": "SERVICE_MANAGED",
            "CallAs": "SELF",
            "AutoDeployment": { "Enabled": true, "RetainStacksOnAccountRemoval": false },
            "ManagedExecution": { "Active": true },
            "OperationPreferences": {
                "MaxConcurrentCount": 1,
                "FailureToleranceCount": 0,
                "ConcurrencyMode": "STRICT_FAILURE_TOLERANCE",
                "RegionConcurrencyType": "SEQUENTIAL",
                "RegionOrder": ["eu-west-1", "us-east-1"],
            },
            "StackInstancesGroup": [{
                "DeploymentTargets": { "OrganizationalUnitIds": [UNIT] },
                "Regions": ["eu-west-1", "us-east-1"],
            }],
        })
    );
}

#[test]
fn accounts_of_a_unit_are_chosen_or_left_out() {
    let one = || Targets::units([name!(OrganizationalUnitId: "r-ab12")]);
    for (targets, filter, enabled) in [
        (one().only([account!("111122223333")]), "INTERSECTION", false),
        (one().except([account!("111122223333")]), "DIFFERENCE", false),
        (
            one()
                .except([account!("111122223333")])
                .auto_deployment(AutoDeployment::RetainOnRemoval),
            "DIFFERENCE",
            true,
        ),
    ] {
        let set = written(with(targets, &[Region::EuWest1], Rollout::default()));
        let properties = &set["Properties"];
        assert_eq!(
            properties["StackInstancesGroup"][0]["DeploymentTargets"],
            plain!({
                "OrganizationalUnitIds": ["r-ab12"],
                "Accounts": ["111122223333"],
                "AccountFilterType": filter,
            })
        );
        assert_eq!(properties["AutoDeployment"]["Enabled"], enabled);
        let retained = properties["AutoDeployment"].get("RetainStacksOnAccountRemoval");
        assert_eq!(retained, enabled.then_some(&plain!(true)));
    }
}

#[test]
fn a_delegated_administrator_says_so() {
    let targets = Targets::units([name!(OrganizationalUnitId: "r-ab12")]);
    let set =
        written(with(targets.as_delegated_administrator(), &[Region::EuWest1], Rollout::default()));
    assert_eq!(set["Properties"]["CallAs"], "DELEGATED_ADMIN");
}

#[test]
fn a_unit_may_be_known_at_deployment_only() {
    let mut stack = environment::<Prod>().stack("management");
    let unit = stack.scope().parameter::<Text>("Unit", Parameter::default());
    let targets = Targets::units([unit]);
    let set = StackSet::builder().template(baseline()).targets(targets).regions([Region::EuWest1]);
    stack.add("Baseline", set.build());
    let set = written(App::new("test").stack(stack));
    assert_eq!(
        set["Properties"]["StackInstancesGroup"][0]["DeploymentTargets"]["OrganizationalUnitIds"],
        plain!([{ "Ref": "Unit" }])
    );
}

#[test]
fn accounts_by_their_numbers_take_roles_that_somebody_makes() {
    let accounts = [account!("111122223333"), account!("222233334444")];
    let targets = Targets::accounts(accounts)
        .administration_role(innovate_aws::arn!(RoleArn: "arn:aws:iam::444455556666:role/admin"))
        .execution_role(name!(RoleName: "stack-set-execution"));
    let rollout = Rollout::concurrent(percent!(50)).tolerate(percent!(25)).regions_at_once();
    let regions = [Region::EuWest1, Region::UsEast1];
    let set = written(with(targets, &regions, rollout.despite_failures()));
    let properties = &set["Properties"];
    assert_eq!(properties["PermissionModel"], "SELF_MANAGED");
    assert_eq!(properties["AdministrationRoleARN"], "arn:aws:iam::444455556666:role/admin");
    assert_eq!(properties["ExecutionRoleName"], "stack-set-execution");
    assert_eq!(properties.get("AutoDeployment"), None);
    assert_eq!(properties.get("CallAs"), None);
    assert_eq!(
        properties["StackInstancesGroup"][0]["DeploymentTargets"],
        plain!({ "Accounts": ["111122223333", "222233334444"] })
    );
    assert_eq!(
        properties["OperationPreferences"],
        plain!({
            "MaxConcurrentPercentage": 50,
            "FailureTolerancePercentage": 25,
            "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
            "RegionConcurrencyType": "PARALLEL",
        })
    );
}

#[test]
fn iam_in_a_template_is_acknowledged() {
    let mut template = baseline();
    template.add("Role", role());
    let set = written(of(template));
    assert_eq!(set["Properties"]["Capabilities"], plain!(["CAPABILITY_NAMED_IAM"]));
}

fn role() -> iam::Role {
    let trust = json! {
        "Version" => "2012-10-17",
        "Statement" => intrinsic::array([json! {
            "Effect" => "Allow",
            "Action" => "sts:AssumeRole",
            "Principal" => json! { "Service" => "config.amazonaws.com" },
            "Condition" => json! { "StringEquals" => json! { "aws:SourceAccount" => pseudo::account_id() } },
        }]),
    };
    iam::Role::new(trust)
}

#[test]
fn outside_production_a_stack_set_goes_with_its_stack() {
    let environment = environment::<Dev>();
    let mut template = environment.template("baseline");
    template.add("Level", level());
    let mut stack = environment.stack("management");
    let set = StackSet::builder().template(template).targets(units()).regions([Region::EuWest1]);
    stack.add("Baseline", set.build());
    let made = stack.model().resource("Baseline").unwrap();
    assert_eq!(made.deletion_policy(), Some(DeletionPolicy::Delete));
}

#[test]
fn what_is_deployed_to_is_named_once_and_at_all() {
    let one = [Region::EuWest1];
    let unit = || name!(OrganizationalUnitId: "ou-ab12-11111111");
    let none: [innovate_aws::name::OrganizationalUnitId; 0] = [];
    let account = account!("111122223333");
    let own = account!("444455556666");
    let cases: [(Targets, &[Region], &str, &str); 8] = [
        (units(), &[], "regions", "none"),
        (units(), &[Region::EuWest1, Region::EuWest1], "regions", "eu-west-1"),
        (Targets::units(none).into(), &one, "targets", "none"),
        (Targets::units([unit(), unit()]).into(), &one, "targets", UNIT),
        (Targets::units([unit()]).only([]).into(), &one, "targets", "none"),
        (Targets::units([unit()]).only([own]).into(), &one, "targets", "444455556666"),
        (Targets::accounts([]).into(), &one, "targets", "none"),
        (Targets::accounts([account, account]).into(), &one, "targets", "111122223333"),
    ];
    for (targets, regions, setter, given) in cases {
        let found = found(with(targets, regions, Rollout::default()), "SET-01");
        assert_eq!((found.setter_name(), found.given_value()), (Some(setter), Some(given)));
    }
    let delegated = Targets::units([unit()]).only([own]).as_delegated_administrator();
    written(with(delegated, &one, Rollout::default()));
}

#[test]
fn a_rollout_can_fail_and_has_an_effect() {
    let two = || Targets::accounts([account!("111122223333"), account!("222233334444")]);
    let cases = [
        (Rollout::concurrent(0), "0"),
        (Rollout::default().tolerate(2), "2 of 2 accounts"),
        (Rollout::default().tolerate(percent!(100)), "100 %"),
        (Rollout::concurrent(3).tolerate(1), "3 at a time, 1 of which may fail"),
    ];
    for (rollout, given) in cases {
        let found = found(with(two(), &[Region::EuWest1], rollout), "SET-02");
        assert_eq!((found.setter_name(), found.given_value()), (Some("rollout"), Some(given)));
    }
    for good in [
        Rollout::concurrent(2).tolerate(1),
        Rollout::concurrent(2).despite_failures(),
        Rollout::concurrent(percent!(100)).tolerate(percent!(99)),
    ] {
        written(with(two(), &[Region::EuWest1], good));
    }
}

#[test]
fn a_stack_set_of_an_organization_has_no_macros_and_no_nested_stacks() {
    let with_macro = || {
        let mut template = baseline();
        let json = intrinsic::to_json_string(json! { "Account" => pseudo::account_id() });
        template.scope().output("Json", json);
        template
    };
    let found_macro = found(of(with_macro()), "SET-03");
    assert_eq!(found_macro.setter_name(), Some("template"));
    let targets = Targets::accounts([account!("111122223333")]);
    let set = StackSet::builder().template(with_macro()).targets(targets);
    let set = written(deployed(set.regions([Region::EuWest1]).build()));
    assert_eq!(set["Properties"]["Capabilities"], plain!(["CAPABILITY_AUTO_EXPAND"]));

    let mut template = baseline();
    let nested = cloudformation::Stack::new("https://s3.amazonaws.com/templates/nested.json");
    template.add("Nested", nested.removal_policy(DeletionPolicy::Delete));
    let line = line!() - 1;
    let found = found(of(template), "SET-03");
    assert_eq!((found.given_value(), found.place().unwrap().line), (Some("Nested"), line));
}

#[test]
fn parameters_are_those_of_the_template() {
    let set = |parameters: &[(&'static str, &'static str)]| {
        let mut template = baseline();
        let mut scope = template.scope();
        scope.parameter::<Text>("Owner", Parameter::default());
        scope.parameter::<Text>(
            "Threshold",
            Parameter { default: Some("low".into()), ..Parameter::default() },
        );
        let mut set =
            StackSet::builder().template(template).targets(units()).regions([Region::EuWest1]);
        for (name, value) in parameters {
            set = set.parameter(*name, *value);
        }
        deployed(set.build())
    };
    let good = written(set(&[("Owner", "platform")]));
    assert_eq!(
        good["Properties"]["Parameters"],
        plain!([{ "ParameterKey": "Owner", "ParameterValue": "platform" }])
    );
    let missing = found(set(&[]), "SET-04");
    assert_eq!(missing.message(), "the template's parameter `Owner` has no value");
    let unknown = found(set(&[("Owner", "platform"), ("Threshhold", "high")]), "SET-04");
    assert_eq!(unknown.help_texts(), ["there is `Threshold`"]);
    let twice = found(set(&[("Owner", "a"), ("Owner", "b")]), "SET-04");
    assert_eq!(twice.message(), "the parameter `Owner` is given twice");
}

#[test]
fn a_name_is_free_in_each_account_and_region() {
    let with_role = |name: Node| {
        let mut template = baseline();
        template.add("Reader", role().override_name(name));
        of(template)
    };
    let found = found(with_role(Node::Text("reader".into())), "SET-05");
    assert_eq!(found.given_value(), Some("`reader`"));
    assert!(found.allowed_values().unwrap().contains("AWS::Region"), "{found:?}");
    assert_eq!(found.property_path(), Some("RoleName"));
    written(with_role(text!["reader-", pseudo::region()].into_node()));
}

/// A name that may be a function.
trait Named {
    fn override_name(self, name: Node) -> Self;
}

impl Named for iam::Role {
    fn override_name(self, name: Node) -> Self {
        self.role_name(innovate_core::Value::<kind::RoleName>::from_node(name))
    }
}

#[test]
fn a_bucket_has_a_name_in_all_the_world() {
    let with_bucket = |name: innovate_core::Value<Text>| {
        let mut template = baseline();
        let name = innovate_core::Value::<kind::BucketName>::from_node(name.into_node());
        let bucket = s3::Bucket::new().bucket_name(name).removal_policy(DeletionPolicy::Retain);
        template.add("Records", bucket);
        with_code(&synth_with_registry(of(template)), "SET-05")
            .into_iter()
            .map(|found| found.message().to_owned())
            .collect::<Vec<_>>()
    };
    let of =
        |what: &str| [format!("the stacks of each {what} would make something of the same name")];
    assert_eq!(with_bucket(text!["records"]), of("account"));
    assert_eq!(with_bucket(text!["records-", pseudo::account_id()]), of("region"));
    let free = text!["records-", pseudo::account_id(), "-", pseudo::region()];
    assert_eq!(with_bucket(free), [""; 0]);
}

#[test]
fn a_template_that_is_too_large_is_found() {
    let mut template = baseline();
    for number in 0..60 {
        let level = level().metadata("Why", Node::Text("x".repeat(900).into()));
        template.add(format!("Level{number}"), level);
    }
    let found = found(of(template), "SET-06");
    assert_eq!(found.allowed_values(), Some("51200 bytes"));
    assert_eq!(found.setter_name(), Some("template"));
}
