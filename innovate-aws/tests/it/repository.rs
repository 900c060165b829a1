//! Repositories of images as they come out, the settings of their registry, and caches of others.

use innovate_aws::{
    Environment, Region, account, domain,
    identity::{Grant, RoleHandle},
    keys::{Ecr, Key, KmsKey},
    name,
    name::{AccountId, RoleName},
    organization,
    registry::{
        ImageLifecycle, ImageSigning, PullThroughCache, RegistryPermission, RegistryPolicy,
        RegistryReplication, RegistryScanning, Repository, RepositoryHandle, RepositoryTemplate,
        SignatureValidity, SigningProfile, TagMutability, Upstream,
    },
};
use innovate_core::{App, DeletionPolicy, Dev, Diagnostic, Node, Prod, Stack, Stage};

use serde_json::json;

use crate::program::{
    assembly, environment, finds, problems, resource, stacks_before, synth, synth_with_registry,
    text, with_code,
};

/// The resources of the stack that is called `images`, as they are written.
fn template(app: App) -> serde_json::Value {
    let assembly = assembly(app);
    let file = assembly.files().iter().find(|(path, _)| path.contains("innovate-prod-images"));
    let mut template: serde_json::Value = serde_json::from_str(file.unwrap().1).unwrap();
    template["Resources"].take()
}

fn stack<S: Stage>() -> (Stack<S>, Key<Ecr>) {
    let mut stack = environment::<S>().stack("images");
    let key = stack.add("Images", KmsKey::<Ecr>::new());
    (stack, key)
}

fn api(key: &Key<Ecr>) -> Repository {
    Repository::builder().name(name!(RepositoryName: "innovate/api")).key(key).build()
}

#[test]
fn a_repository_is_immutable_encrypted_scanned_and_emptied_of_old_images() {
    let (mut stack, key) = stack::<Prod>();
    let handle = stack.add("Api", api(&key));
    let made = resource(stack.model(), "Api");
    assert_eq!(text(made, "RepositoryName"), "innovate/api");
    assert_eq!(text(made, "ImageTagMutability"), "IMMUTABLE");
    assert_eq!(text(made, "EncryptionConfiguration/EncryptionType"), "KMS");
    let key = made.properties().at("EncryptionConfiguration/KmsKey").unwrap();
    assert_eq!(key.as_reference().unwrap().target.logical_id(), "Images");
    let scanned = made.properties().at("ImageScanningConfiguration/ScanOnPush");
    assert_eq!(scanned.and_then(Node::as_bool), Some(true));
    let policy = text(made, "LifecyclePolicy/LifecyclePolicyText");
    assert!(policy.contains(r#""countType":"sinceImagePulled""#), "{policy}");
    assert!(made.properties().at("RepositoryPolicyText").is_none());
    assert_eq!(made.deletion_policy(), Some(DeletionPolicy::RetainExceptOnCreate));
    assert_eq!(
        handle.uri().to_string(),
        "444455556666.dkr.ecr.eu-west-1.amazonaws.com/innovate/api"
    );
    assert_eq!(
        handle.uri_in(Region::EuCentral1).registry(),
        "444455556666.dkr.ecr.eu-central-1.amazonaws.com"
    );
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_repository_outside_production_goes_with_its_images() {
    let (mut stack, key) = stack::<Dev>();
    stack.add("Api", api(&key));
    let made = resource(stack.model(), "Api");
    assert_eq!(made.deletion_policy(), Some(DeletionPolicy::Delete));
    assert_eq!(made.properties().at("EmptyOnDelete").and_then(Node::as_bool), Some(true));
}

#[test]
fn tags_of_a_pattern_can_be_moved_and_an_organization_can_pull() {
    let (mut stack, key) = stack::<Prod>();
    let repository = Repository::builder()
        .name(name!(RepositoryName: "innovate/api"))
        .key(&key)
        .tags(TagMutability::ImmutableExcept(vec![name!(TagPattern: "cache-*")]))
        .lifecycle(ImageLifecycle::keep_newest(30))
        .pulled_by(organization!("o-a1b2c3d4e5"))
        .build();
    stack.add("Api", repository);
    let made = resource(stack.model(), "Api");
    assert_eq!(text(made, "ImageTagMutability"), "IMMUTABLE_WITH_EXCLUSION");
    let value = "ImageTagMutabilityExclusionFilters/0/ImageTagMutabilityExclusionFilterValue";
    assert_eq!(text(made, value), "cache-*");
    let statement = "RepositoryPolicyText/Statement/0";
    assert_eq!(text(made, &format!("{statement}/Principal/AWS")), "*");
    let organization = format!("{statement}/Condition/StringEquals/aws:PrincipalOrgID");
    assert_eq!(text(made, &organization), "o-a1b2c3d4e5");
    assert!(made.properties().at(&format!("{statement}/Resource")).is_none());
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn accounts_and_units_pull_what_is_opened_to_them() {
    let (mut stack, key) = stack::<Prod>();
    let unit = name!(OrganizationPath: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111");
    let repository = Repository::builder()
        .name(name!(RepositoryName: "innovate/api"))
        .key(&key)
        .pulled_by(account!("666677778888"))
        .pulled_by(unit.clone())
        .pulled_by(account!("555566667777"))
        .pulled_by(account!("555566667777"))
        .build();
    stack.add("Api", repository);
    let cache = PullThroughCache::builder().upstream(Upstream::Quay).key(&key);
    stack.add("Quay", cache.pulled_by(account!("555566667777")).pulled_by(unit).build());
    let cached = text(resource(stack.model(), "QuayTemplate"), "RepositoryPolicy").to_owned();
    let app = App::new("test").stack(stack);
    assert_eq!(problems(&synth_with_registry(app.clone())), [""; 0]);
    let made = template(app);
    let statements = &made["Api"]["Properties"]["RepositoryPolicyText"]["Statement"];
    let root =
        |account: &str| json!({"Fn::Sub": format!("arn:${{AWS::Partition}}:iam::{account}:root")});
    assert_eq!(
        statements[0]["Principal"]["AWS"],
        json!([root("555566667777"), root("666677778888")])
    );
    assert!(statements[0].get("Condition").is_none());
    let of_unit = json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}});
    assert_eq!(statements[1]["Condition"], of_unit);
    assert_eq!(statements.as_array().map(Vec::len), Some(2));
    // What a template holds as text says the same.
    let cached: serde_json::Value = serde_json::from_str(&cached).unwrap();
    assert_eq!(cached["Statement"][0]["Principal"]["AWS"], "arn:aws:iam::555566667777:root");
    assert_eq!(cached["Statement"][1]["Condition"], of_unit);
    assert_eq!(cached["Statement"][1]["Action"], statements[1]["Action"]);
}

#[test]
fn a_grant_to_another_account_is_admitted_where_that_one_pulls() {
    for (account, findings) in [("555566667777", 0), ("666677778888", 1)] {
        let (mut stack, key) = stack::<Prod>();
        let repository =
            Repository::builder().name(name!(RepositoryName: "innovate/api")).key(&key);
        let repository = stack.add("Api", repository.pulled_by(account!("555566667777")).build());
        let other = Environment::<Dev>::builder()
            .application(name!("other"))
            .account(AccountId::parse(account).unwrap())
            .region(Region::EuWest1)
            .domain(domain!("other.example"))
            .owner("platform")
            .build();
        let mut pipeline = other.stack("pipeline");
        let role = RoleHandle::existing(&name!(RoleName: "promote"), &other.site());
        pipeline.add("Pull", repository.grant_pull(&role));
        let synthesis = synth(App::new("test").stack(stack).stack(pipeline));
        assert_eq!(with_code(&synthesis, "IAM-06").len(), findings, "{account}");
    }
}

#[test]
fn a_registrys_policy_lets_nodes_fill_caches_and_other_accounts_replicate() {
    let (mut stack, key) = stack::<Prod>();
    let cache = PullThroughCache::builder().upstream(Upstream::EcrPublic).key(&key).build();
    let cache = stack.add("Public", cache);
    stack.add("Replicas", RepositoryTemplate::for_replicas(&key));
    let role = |name: RoleName| RoleHandle::existing(&name, cache.site());
    let nodes = [role(name!(RoleName: "core")), role(name!(RoleName: "karpenter"))];
    let permission = RegistryPermission::filling(&cache, &nodes);
    let prefix = name!(RepositoryPrefix: "innovate");
    let policy = RegistryPolicy::of(permission)
        .and(RegistryPermission::replication_from(account!("555566667777")))
        .and(RegistryPermission::replication_of(prefix, account!("666677778888")))
        .and(RegistryPermission::pulling(organization!("o-a1b2c3d4e5")));
    stack.add("Policy", policy);
    let app = App::new("test").stack(stack);
    assert_eq!(problems(&synth_with_registry(app.clone())), [""; 0]);
    let statements = template(app)["Policy"]["Properties"]["PolicyText"]["Statement"].clone();
    let below = |names: &str| json!({"Fn::Sub": format!("arn:${{AWS::Partition}}:ecr:eu-west-1:444455556666:repository/{names}")});
    let expected = [
        ("Fill1", json!(["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]), "ecr-public/*"),
        ("Replicate2", json!(["ecr:CreateRepository", "ecr:ReplicateImage"]), "*"),
        ("Replicate3", json!(["ecr:CreateRepository", "ecr:ReplicateImage"]), "innovate/*"),
    ];
    for (index, (sid, actions, names)) in expected.into_iter().enumerate() {
        let statement = &statements[index];
        assert_eq!((&statement["Sid"], &statement["Action"]), (&json!(sid), &actions));
        assert_eq!(statement["Resource"], below(names));
    }
    let nodes = ["core", "karpenter"].map(|name| format!("arn:aws:iam::444455556666:role/{name}"));
    assert_eq!(statements[0]["Principal"]["AWS"], json!(nodes));
    assert_eq!(statements[3]["Resource"], below("*"));
    assert!(statements[3]["Condition"]["StringEquals"]["aws:PrincipalOrgID"].is_string());
}

#[test]
fn patterns_are_one_to_five_and_nothing_is_kept_for_no_time() {
    let (mut stack, key) = stack::<Prod>();
    let with = |tags: TagMutability, lifecycle: ImageLifecycle| {
        let name = name!(RepositoryName: "innovate/api");
        Repository::builder().name(name).key(&key).tags(tags).lifecycle(lifecycle).build()
    };
    let six = vec![name!(TagPattern: "a*"); 6];
    stack.add("Six", with(TagMutability::ImmutableExcept(six), ImageLifecycle::default()));
    stack.add("None", with(TagMutability::ImmutableExcept(Vec::new()), ImageLifecycle::default()));
    stack.add("Empty", with(TagMutability::Immutable, ImageLifecycle::keep_newest(0)));
    let synthesis = synth(App::new("test").stack(stack));
    let given: Vec<_> =
        synthesis.report.findings().iter().filter_map(Diagnostic::given_value).collect();
    assert!(given.contains(&"6 patterns") && given.contains(&"0 patterns"), "{given:?}");
    assert!(given.contains(&"0 images are kept"), "{given:?}");
    assert!(finds(&synthesis, "ECR-01", "one to five patterns"));
    assert!(finds(&synthesis, "ECR-04", "lose its images"));
}

/// The actions and resources of each statement of a grant.
pub(crate) fn statements(grant: Grant) -> Vec<(Vec<String>, String)> {
    let mut stack = environment::<Prod>().stack("app");
    stack.add("Grant", grant);
    let policy = resource(stack.model(), "Grant");
    let statements = policy.properties().at("PolicyDocument/Statement").and_then(Node::as_list);
    let texts = |node: &Node| match node {
        Node::List(items) => items.iter().filter_map(Node::as_text).map(str::to_owned).collect(),
        node => node.as_text().map(str::to_owned).into_iter().collect(),
    };
    let resource = |node: &Node| match node.as_intrinsic() {
        Some(innovate_core::value::Intrinsic::Concat(parts)) => {
            parts.last().and_then(Node::as_text).unwrap().to_owned()
        }
        _ => node.as_text().unwrap().to_owned(),
    };
    let read = |statement: &Node| {
        (texts(statement.at("Action").unwrap()), resource(statement.at("Resource").unwrap()))
    };
    statements.unwrap().iter().map(read).collect()
}

fn handle(organization: bool) -> RepositoryHandle {
    let (mut stack, key) = stack::<Prod>();
    let builder = Repository::builder().name(name!(RepositoryName: "innovate/api")).key(&key);
    let repository = match organization {
        true => builder.pulled_by(organization!("o-a1b2c3d4e5")).build(),
        false => builder.build(),
    };
    stack.add("Api", repository)
}

#[test]
fn pulling_and_pushing_are_granted_on_the_repository_alone() {
    let repository = handle(false);
    let role = RoleHandle::existing(&name!(RoleName: "builder"), repository.site());
    let pull = statements(repository.grant_pull(&role));
    assert_eq!(pull[0], (vec!["ecr:GetAuthorizationToken".to_owned()], "*".to_owned()));
    assert_eq!(pull[1].1, ":ecr:eu-west-1:444455556666:repository/innovate/api");
    assert!(!pull[1].0.contains(&"ecr:PutImage".to_owned()));
    let push = statements(repository.grant_push(&role));
    assert!(push[1].0.contains(&"ecr:PutImage".to_owned()));
    assert!(push[1].0.contains(&"ecr:BatchCheckLayerAvailability".to_owned()));
}

#[test]
fn an_account_of_the_organization_pulls_and_no_other_does() {
    let elsewhere = innovate_core::Site::new(
        "innovate-prod",
        innovate_core::StageKind::Prod,
        "111122223333",
        "eu-west-1",
    );
    for (organization, findings) in [(true, 0), (false, 1)] {
        let role = RoleHandle::existing(&name!(RoleName: "nodes"), &elsewhere);
        let mut stack = Stack::<Prod>::new("other", elsewhere.clone());
        stack.add("Pull", handle(organization).grant_pull(&role));
        let synthesis = synth(App::new("test").stack(stack));
        assert_eq!(with_code(&synthesis, "IAM-06").len(), findings, "{organization}");
    }
}

#[test]
fn images_are_scanned_replicated_and_signed_by_their_registry() {
    let environment = environment::<Prod>();
    let mut there = Stack::<Prod>::new(
        "innovate-prod-dr",
        environment.site().in_region(Region::EuCentral1.code()),
    );
    let replica_key = there.add("Images", KmsKey::<Ecr>::new());
    let replicas = there.add("Template", RepositoryTemplate::for_replicas(&replica_key));
    assert_eq!(replicas.region(), "eu-central-1");
    let (mut stack, key) = stack::<Prod>();
    stack.add("Api", api(&key));
    stack.add("Scanning", RegistryScanning::enhanced());
    let prefix = name!(RepositoryPrefix: "innovate");
    let replication = RegistryReplication::to(&replicas).of_prefix(prefix);
    stack.add("Replication", replication);
    let profile = stack.add("Signer", SigningProfile::new());
    let prefix = name!(RepositoryPrefix: "innovate");
    stack.add("Signing", ImageSigning::with(&profile).of_prefix(prefix));
    let signing = resource(stack.model(), "Signing");
    let signer = signing.properties().at("Rules/0/SigningProfileArn").and_then(Node::as_reference);
    assert_eq!(signer.unwrap().target.logical_id(), "Signer");
    assert_eq!(text(signing, "Rules/0/RepositoryFilters/0/Filter"), "innovate/*");
    let signer = resource(stack.model(), "Signer");
    assert_eq!(text(signer, "PlatformId"), "Notation-OCI-SHA384-ECDSA");
    let scanning = resource(stack.model(), "Scanning");
    assert_eq!(text(scanning, "ScanType"), "ENHANCED");
    assert_eq!(text(scanning, "Rules/0/ScanFrequency"), "CONTINUOUS_SCAN");
    let replication = resource(stack.model(), "Replication");
    let rule = "ReplicationConfiguration/Rules/0";
    assert_eq!(text(replication, &format!("{rule}/Destinations/0/Region")), "eu-central-1");
    assert_eq!(text(replication, &format!("{rule}/Destinations/0/RegistryId")), "444455556666");
    assert_eq!(text(replication, &format!("{rule}/RepositoryFilters/0/Filter")), "innovate/");
    let template = resource(there.model(), "Template");
    assert_eq!(text(template, "Prefix"), "ROOT");
    assert_eq!(text(template, "ImageTagMutability"), "IMMUTABLE");
    assert_eq!(text(template, "ResourceTags/0/Key"), "application");
    let kept = text(template, "LifecyclePolicy");
    assert!(kept.contains("1000") && !kept.contains("untagged"), "{kept}");
    let synthesis = synth_with_registry(App::new("test").stack(stack).stack(there));
    assert_eq!(problems(&synthesis), [""; 0]);
    let files = synthesis.assembly.expect("a program without errors yields files");
    assert_eq!(stacks_before(&files, "innovate-prod-images"), ["innovate-prod-dr"]);
}

#[test]
fn images_are_replicated_to_regions_whose_templates_are_made_elsewhere() {
    let (mut stack, key) = stack::<Prod>();
    stack.add("Api", api(&key));
    let replication = RegistryReplication::to(Region::EuCentral1).and_to(Region::EuNorth1);
    stack.add("Replication", replication);
    let replication = resource(stack.model(), "Replication");
    let destinations = "ReplicationConfiguration/Rules/0/Destinations";
    assert_eq!(text(replication, &format!("{destinations}/0/Region")), "eu-central-1");
    assert_eq!(text(replication, &format!("{destinations}/1/Region")), "eu-north-1");
    let files = assembly(App::new("test").stack(stack));
    assert_eq!(stacks_before(&files, "innovate-prod-images"), [""; 0]);
}

#[test]
fn a_signing_profile_is_one_for_images_in_the_region_of_the_registry() {
    for (arn, findings) in [
        ("arn:aws:signer:eu-west-1:444455556666:/signing-profiles/images", 0),
        ("arn:aws:signer:us-east-1:444455556666:/signing-profiles/images", 1),
        ("images", 1),
    ] {
        let (mut stack, _) = stack::<Prod>();
        stack.add("Signing", ImageSigning::with(arn));
        let synthesis = synth(App::new("test").stack(stack));
        let found = with_code(&synthesis, "ECR-10");
        assert_eq!(found.len(), findings, "{arn}");
        assert!(found.iter().all(|found| found.given_value() == Some(arn)));
    }
    let (mut stack, _) = stack::<Prod>();
    let mut elsewhere = environment::<Prod>().us_east_1_stack("signers");
    let profile = elsewhere.add("Signer", SigningProfile::new());
    stack.add("Signing", ImageSigning::with(&profile));
    let synthesis = synth(App::new("test").stack(stack).stack(elsewhere));
    let found = with_code(&synthesis, "ECR-10");
    assert_eq!(found[0].given_value(), Some("a profile in 444455556666/us-east-1"));
}

#[test]
fn a_profile_for_functions_signs_no_images() {
    use innovate_cfn::signer::{self, signing_profile::PlatformId};
    let (mut stack, _) = stack::<Prod>();
    let lambda = PlatformId::AWS_LAMBDA_SHA384_ECDSA;
    let profile = stack.add("Signer", signer::SigningProfile::new(lambda));
    stack.add("Signing", ImageSigning::with(profile.arn()));
    let synthesis = synth(App::new("test").stack(stack));
    let found = with_code(&synthesis, "ECR-10");
    assert_eq!(found[0].given_value(), Some("AWSLambda-SHA384-ECDSA"));
    assert_eq!(found[0].related_places().len(), 1);
}

#[test]
fn a_signature_is_good_for_135_months_at_most() {
    for (validity, findings) in [
        (SignatureValidity::months(135), 0),
        (SignatureValidity::years(11), 0),
        (SignatureValidity::days(1), 0),
        (SignatureValidity::years(12), 1),
        (SignatureValidity::days(0), 1),
    ] {
        let (mut stack, _) = stack::<Prod>();
        stack.add("Signer", SigningProfile::new().valid_for(validity));
        let synthesis = synth_with_registry(App::new("test").stack(stack));
        assert_eq!(with_code(&synthesis, "ECR-10").len(), findings, "{validity:?}");
    }
}

#[test]
fn who_pushes_is_granted_to_sign_with_the_profile_alone() {
    let (mut stack, _) = stack::<Prod>();
    let profile = stack.add("Signer", SigningProfile::new());
    let role = RoleHandle::existing(&name!(RoleName: "builder"), stack.model().site());
    stack.add("Sign", profile.grant_sign(&role));
    let statement =
        resource(stack.model(), "Sign").properties().at("PolicyDocument/Statement/0").unwrap();
    assert_eq!(statement.at("Action").and_then(Node::as_text), Some("signer:SignPayload"));
    let on = statement.at("Resource").and_then(Node::as_reference).unwrap();
    assert_eq!(on.target.logical_id(), "Signer");
}

#[test]
fn a_template_holds_to_what_a_repository_does() {
    let (mut stack, key) = stack::<Prod>();
    let cached = vec![name!(TagPattern: "cache-*")];
    let good = RepositoryTemplate::for_replicas(&key)
        .tags(TagMutability::ImmutableExcept(cached))
        .pulled_by(organization!("o-a1b2c3d4e5"));
    stack.add("Good", good);
    let made = resource(stack.model(), "Good");
    assert_eq!(text(made, "ImageTagMutability"), "IMMUTABLE_WITH_EXCLUSION");
    let value = "ImageTagMutabilityExclusionFilters/0/ImageTagMutabilityExclusionFilterValue";
    assert_eq!(text(made, value), "cache-*");
    let prefix = name!(RepositoryPrefix: "bad");
    let bad = RepositoryTemplate::for_replicas(&key).of_prefix(prefix);
    stack.add("Bad", bad.clone().lifecycle(ImageLifecycle::keep_for_days(0)));
    let prefix = name!(RepositoryPrefix: "worse");
    stack.add("Worse", bad.of_prefix(prefix).tags(TagMutability::ImmutableExcept(Vec::new())));
    let synthesis = synth(App::new("test").stack(stack));
    let setters: Vec<_> = synthesis
        .report
        .findings()
        .iter()
        .filter_map(|found| Some((found.path()?, found.setter_name()?)))
        .collect();
    assert!(setters.contains(&("Bad", "lifecycle")), "{setters:?}");
    assert!(setters.contains(&("Worse", "tags")), "{setters:?}");
    assert!(setters.iter().all(|(path, _)| *path != "Good"), "{setters:?}");
}
