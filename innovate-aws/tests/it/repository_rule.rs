//! Each rule on repositories of images, by a good program broken in just this way, and on resources of
//! generated types.

use innovate_aws::{
    Region, account,
    identity::RoleHandle,
    keys::{Ecr, Key, KmsKey},
    name,
    registry::{
        PullThroughCache, RegistryPermission, RegistryPolicy, RegistryReplication,
        RegistryScanning, Repository, RepositoryTemplate, Upstream,
    },
};
use innovate_cfn::{
    ecr::{
        self, registry_scanning_configuration as scanning,
        repository::{
            EncryptionConfiguration, EncryptionType, ImageScanningConfiguration,
            ImageTagMutability, ImageTagMutabilityExclusionFilter as Filter,
            ImageTagMutabilityExclusionFilterType as FilterType, LifecyclePolicy,
        },
        repository_creation_template as template,
    },
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{
    App, DeletionPolicy, Dev, Diagnostic, Prod, ResourceType as _, Severity, Stack, Stage,
    app::Synthesis,
};

use crate::program::{environment, problems, synth, synth_with_registry, with_code};

const GOOD_POLICY: &str = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":30},"action":{"type":"expire"}}]}"#;

fn stack<S: Stage>() -> (Stack<S>, Key<Ecr>) {
    let mut stack = environment::<S>().stack("images");
    let key = stack.add("Images", KmsKey::<Ecr>::new());
    (stack, key)
}

/// A good repository of the generated type.
fn good(key: &Key<Ecr>) -> ecr::Repository {
    ecr::Repository::new()
        .repository_name("innovate/api")
        .image_tag_mutability(ImageTagMutability::IMMUTABLE)
        .image_scanning_configuration(ImageScanningConfiguration::new().scan_on_push(true))
        .encryption_configuration(
            EncryptionConfiguration::new(EncryptionType::KMS).kms_key(key.arn()),
        )
        .lifecycle_policy(LifecyclePolicy::new().lifecycle_policy_text(GOOD_POLICY))
        .removal_policy(DeletionPolicy::Retain)
}

fn with<S: Stage>(change: impl FnOnce(ecr::Repository) -> ecr::Repository) -> Synthesis {
    let (mut stack, key) = stack::<S>();
    stack.add("Api", change(good(&key)));
    synth_with_registry(App::new("test").stack(stack))
}

fn one<'a>(synthesis: &'a Synthesis, code: &str) -> &'a Diagnostic {
    let found = with_code(synthesis, code);
    assert_eq!(found.len(), 1, "{:?}", synthesis.report.findings());
    found[0]
}

#[test]
fn a_good_repository_of_the_generated_type_is_silent() {
    assert_eq!(problems(&with::<Prod>(|repository| repository)), [""; 0]);
}

#[test]
fn tags_that_can_be_moved_are_refused_in_production() {
    let movable =
        |repository: ecr::Repository| repository.image_tag_mutability(ImageTagMutability::MUTABLE);
    let synthesis = with::<Prod>(movable);
    let found = one(&synthesis, "ECR-01");
    assert_eq!((found.severity(), found.given_value()), (Severity::Error, Some("MUTABLE")));
    assert_eq!(one(&with::<Dev>(movable), "ECR-01").severity(), Severity::Warning);
    let all = with::<Prod>(|repository| {
        repository
            .image_tag_mutability(ImageTagMutability::IMMUTABLE_WITH_EXCLUSION)
            .image_tag_mutability_exclusion_filters([Filter::new(FilterType::WILDCARD, "*")])
    });
    assert!(one(&all, "ECR-01").message().contains("every tag"));
}

#[test]
fn images_need_a_key_of_their_own() {
    let default = with::<Prod>(|repository| {
        repository.encryption_configuration(EncryptionConfiguration::new(EncryptionType::AES256))
    });
    let found = one(&default, "ECR-02");
    assert_eq!((found.severity(), found.given_value()), (Severity::Error, Some("AES256")));
    let managed = |repository: ecr::Repository| {
        repository.encryption_configuration(EncryptionConfiguration::new(EncryptionType::KMS))
    };
    let synthesis = with::<Dev>(managed);
    let found = one(&synthesis, "ECR-02");
    assert_eq!(found.severity(), Severity::Warning);
    assert_eq!(found.given_value(), Some("KMS without a key, which means aws/ecr"));
}

#[test]
fn images_are_scanned_by_the_repository_or_its_registry() {
    let unscanned = || ImageScanningConfiguration::new().scan_on_push(false);
    let synthesis = with::<Prod>(|repository| repository.image_scanning_configuration(unscanned()));
    assert_eq!(one(&synthesis, "ECR-03").severity(), Severity::Error);
    let (mut stack, key) = stack::<Prod>();
    stack.add("Api", good(&key).image_scanning_configuration(unscanned()));
    stack.add("Scanning", RegistryScanning::enhanced());
    let synthesis = synth_with_registry(App::new("test").stack(stack));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_registry_that_scans_once_is_a_warning() {
    let (mut stack, _) = stack::<Prod>();
    let all = scanning::RepositoryFilter::new("*", scanning::FilterType::WILDCARD);
    let rule = scanning::ScanningRule::new([all], scanning::ScanFrequency::SCAN_ON_PUSH);
    let setting = ecr::RegistryScanningConfiguration::new([rule], scanning::ScanType::BASIC);
    stack.add("Scanning", setting);
    let synthesis = synth(App::new("test").stack(stack));
    let found = one(&synthesis, "ECR-03");
    assert_eq!((found.severity(), found.given_value()), (Severity::Warning, Some("BASIC")));
}

#[test]
fn which_images_go_is_said_in_a_policy_that_ecr_takes() {
    let policy = |text: &'static str| {
        let policy = LifecyclePolicy::new().lifecycle_policy_text(text);
        with::<Prod>(|repository| repository.lifecycle_policy(policy))
    };
    for (text, message) in [
        ("{}", "can't read"),
        ("keep some", "can't read"),
        (r#"{"rules":[{"selection":{}}]}"#, "has no number"),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":1}},{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1}}]}"#,
            "have one number",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1}},{"rulePriority":2,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":1}}]}"#,
            "not the last",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":0}}]}"#,
            "as they are pushed",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"tagged","countType":"imageCountMoreThan","countNumber":5}}]}"#,
            "names no tags",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","tagPrefixList":["v"],"countType":"imageCountMoreThan","countNumber":5}}]}"#,
            "not for tagged images",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"old","countType":"imageCountMoreThan","countNumber":5}}]}"#,
            "for no images",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countNumber":5}}]}"#,
            "what it counts",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"sinceImagePulled","countNumber":90},"action":{"type":"expire"}}]}"#,
            "only archives",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"sinceImageTransitioned","countNumber":90}}]}"#,
            "selects what is not in it",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","storageClass":"archive","countType":"sinceImageTransitioned","countNumber":89}}]}"#,
            "archived longer",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countNumber":1}},{"rulePriority":2,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countNumber":2}}]}"#,
            "two rules are for untagged",
        ),
        (
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"tagged","tagPatternList":["v*"],"countType":"sinceImagePushed","countNumber":1}},{"rulePriority":2,"selection":{"tagStatus":"tagged","tagPatternList":["v*"],"countType":"sinceImagePushed","countNumber":2}}]}"#,
            "name the same tags",
        ),
    ] {
        let synthesis = policy(text);
        let found = one(&synthesis, "ECR-04");
        assert_eq!(found.severity(), Severity::Error, "{text}");
        assert!(found.message().contains(message), "{text}: {}", found.message());
    }
}

#[test]
fn each_storage_class_has_a_rule_for_any_tag_of_its_own() {
    let archiving = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"sinceImagePulled","countUnit":"days","countNumber":90},"action":{"type":"transition","targetStorageClass":"archive"}},{"rulePriority":2,"selection":{"tagStatus":"any","storageClass":"archive","countType":"sinceImageTransitioned","countUnit":"days","countNumber":365},"action":{"type":"expire"}}]}"#;
    let policy = LifecyclePolicy::new().lifecycle_policy_text(archiving);
    let synthesis = with::<Prod>(|repository| repository.lifecycle_policy(policy));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_repository_without_such_a_policy_is_a_warning() {
    let (mut stack, key) = stack::<Prod>();
    let repository = ecr::Repository::new()
        .image_tag_mutability(ImageTagMutability::IMMUTABLE)
        .image_scanning_configuration(ImageScanningConfiguration::new().scan_on_push(true))
        .encryption_configuration(
            EncryptionConfiguration::new(EncryptionType::KMS).kms_key(key.arn()),
        );
    stack.add("Api", repository);
    let synthesis = synth(App::new("test").stack(stack));
    assert_eq!(one(&synthesis, "ECR-04").severity(), Severity::Warning);
}

#[test]
fn a_registry_has_each_setting_once() {
    let environment = environment::<Prod>();
    let (mut one_stack, mut other) = (environment.stack("one"), environment.stack("other"));
    let mut elsewhere = environment.us_east_1_stack("elsewhere");
    one_stack.add("Scanning", RegistryScanning::enhanced());
    elsewhere.add("Scanning", RegistryScanning::enhanced());
    other.add("Scanning", RegistryScanning::enhanced());
    let synthesis = synth(App::new("test").stack(one_stack).stack(elsewhere).stack(other));
    let found = one(&synthesis, "ECR-05");
    assert_eq!(found.stack(), Some("innovate-prod-other"));
    assert_eq!(
        found.given_value(),
        Some("AWS::ECR::RegistryScanningConfiguration in 444455556666/eu-west-1")
    );
    assert_eq!(found.related_places().len(), 1);
}

#[test]
fn a_name_is_one_repositorys_and_a_prefix_one_caches() {
    let (mut stack, key) = stack::<Prod>();
    for id in ["First", "Second"] {
        let name = name!(RepositoryName: "innovate/api");
        stack.add(id, Repository::builder().name(name).key(&key).build());
        let cache = PullThroughCache::builder().upstream(Upstream::Kubernetes).key(&key).build();
        stack.add(format!("{id}Cache"), cache);
    }
    stack.add(
        "Replicas",
        RepositoryTemplate::for_replicas(&key).of_prefix(name!(RepositoryPrefix: "k8s")),
    );
    let synthesis = synth(App::new("test").stack(stack));
    let found: Vec<_> =
        with_code(&synthesis, "ECR-05").iter().filter_map(|found| found.property_path()).collect();
    let mut sorted = found.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["EcrRepositoryPrefix", "Prefix", "RepositoryName"]);
}

#[test]
fn a_repository_is_open_to_an_organization_at_most() {
    let open = |statement: Statement| {
        with::<Prod>(|repository| {
            repository.repository_policy_text(PolicyDocument::new([statement]))
        })
    };
    let pull = || Statement::allow(["ecr:BatchGetImage"]).to(Principal::aws("*"));
    let synthesis = open(pull());
    let found = one(&synthesis, "ECR-06");
    assert_eq!(found.property_path(), Some("RepositoryPolicyText/Statement/0/Principal"));
    let organization = Condition::string_equals("aws:PrincipalOrgID", "o-a1b2c3d4e5");
    assert_eq!(problems(&open(pull().when(organization))), [""; 0]);
}

#[test]
fn repositories_that_ecr_makes_are_open_to_an_organization_at_most() {
    let (mut stack, _) = stack::<Prod>();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}"#;
    let cached = template::AppliedForItem::PULL_THROUGH_CACHE;
    let repositories =
        ecr::RepositoryCreationTemplate::new([cached], "quay").repository_policy(policy);
    stack.add("Template", repositories);
    let synthesis = synth(App::new("test").stack(stack));
    let found = one(&synthesis, "ECR-06");
    assert_eq!(found.property_path(), Some("RepositoryPolicy/Statement/0/Principal"));
}

#[test]
fn images_are_replicated_elsewhere_into_repositories_that_a_template_describes() {
    let replicating = |region: Region| {
        let (mut stack, _) = stack::<Prod>();
        stack.add("Replication", RegistryReplication::to(region));
        synth(App::new("test").stack(stack))
    };
    let own = replicating(Region::EuWest1);
    let found = one(&own, "ECR-07");
    assert_eq!((found.severity(), found.given_value()), (Severity::Error, Some("eu-west-1")));
    let bare = replicating(Region::EuCentral1);
    let found = one(&bare, "ECR-07");
    assert_eq!(found.severity(), Severity::Warning);
    assert_eq!(found.given_value(), Some("no template for replicas in eu-central-1"));
}

#[test]
fn images_of_other_accounts_come_into_repositories_that_a_template_describes() {
    let with = |template: bool| {
        let (mut stack, key) = stack::<Prod>();
        if template {
            stack.add("Replicas", RepositoryTemplate::for_replicas(&key));
        }
        let permission = RegistryPermission::replication_from(account!("555566667777"));
        stack.add("Policy", RegistryPolicy::of(permission));
        synth(App::new("test").stack(stack))
    };
    assert_eq!(problems(&with(true)), [""; 0]);
    let bare = with(false);
    let found = one(&bare, "ECR-07");
    assert_eq!(found.severity(), Severity::Warning);
    assert_eq!(found.given_value(), Some("no template for replicas in eu-west-1"));
    for (action, expected) in [("ecr:Replicate*", 1), ("ecr:*", 1), ("ecr:Batch*", 0)] {
        let (mut stack, _) = stack::<Prod>();
        let replicate = Statement::allow([action])
            .to(Principal::account("555566667777"))
            .on("arn:aws:ecr:eu-west-1:444455556666:repository/*");
        stack.add("Policy", ecr::RegistryPolicy::new(PolicyDocument::new([replicate])));
        let synthesis = synth(App::new("test").stack(stack));
        assert_eq!(with_code(&synthesis, "ECR-07").len(), expected, "{action}");
    }
}

#[test]
fn a_registrys_policy_is_about_others_and_its_own_registry() {
    let with = |permission: RegistryPermission| {
        let (mut stack, key) = stack::<Prod>();
        stack.add("Replicas", RepositoryTemplate::for_replicas(&key));
        stack.add("Policy", RegistryPolicy::of(permission));
        synth(App::new("test").stack(stack))
    };
    let own = with(RegistryPermission::replication_from(account!("444455556666")));
    let found = one(&own, "ECR-11");
    assert_eq!(found.setter_name(), Some("replication_from"));
    assert_eq!(found.given_value(), Some("444455556666"));
    let prefix = name!(RepositoryPrefix: "shop");
    let own = with(RegistryPermission::replication_of(prefix, account!("444455556666")));
    assert_eq!(one(&own, "ECR-11").setter_name(), Some("replication_of"));

    let mut there = environment::<Prod>().us_east_1_stack("images");
    let key = there.add("Images", KmsKey::<Ecr>::new());
    let cache = PullThroughCache::builder().upstream(Upstream::EcrPublic).key(&key).build();
    let cache = there.add("Public", cache);
    let role = RoleHandle::existing(&name!(RoleName: "core"), cache.site());
    let found = with(RegistryPermission::filling(&cache, [&role]));
    let found = one(&found, "ECR-11");
    assert_eq!(found.given_value(), Some("a cache in 444455556666/us-east-1"));
    assert_eq!(found.allowed_values(), Some("a cache in 444455556666/eu-west-1"));
    let none: [RoleHandle; 0] = [];
    let mut found = with_code(&with(RegistryPermission::filling(&cache, none)), "ECR-11")
        .iter()
        .map(|found| found.message().to_owned())
        .collect::<Vec<_>>();
    found.sort();
    assert_eq!(found, ["no role is named that may fill a cache"]);

    let raw = |statements: Vec<Statement>| {
        let (mut stack, _) = stack::<Prod>();
        stack.add("Policy", ecr::RegistryPolicy::new(PolicyDocument::new(statements)));
        synth(App::new("test").stack(stack))
    };
    let fill = |arn: &'static str| {
        Statement::allow(["ecr:CreateRepository"]).to(Principal::account("555566667777")).on(arn)
    };
    let elsewhere = "arn:aws:ecr:eu-central-1:444455556666:repository/*";
    let found = raw(vec![fill("arn:aws:ecr:*:444455556666:repository/*"), fill(elsewhere)]);
    let found = one(&found, "ECR-11");
    assert_eq!(found.property_path(), Some("PolicyText/Statement/1/Resource"));
    assert_eq!(found.given_value(), Some(elsewhere));
    assert_eq!(one(&raw(Vec::new()), "ECR-11").given_value(), Some("no statement"));
}

#[test]
fn all_of_no_values_lets_everyone_in() {
    let paths = || Condition::string_like("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*");
    for (condition, findings) in [(paths().for_any_value(), 0), (paths().for_all_values(), 1)] {
        let pull = Statement::allow(["ecr:BatchGetImage"]).to(Principal::aws("*")).when(condition);
        let synthesis = with::<Prod>(|repository| {
            repository.repository_policy_text(PolicyDocument::new([pull]))
        });
        assert_eq!(with_code(&synthesis, "ECR-06").len(), findings);
    }
}

#[test]
fn a_template_with_a_key_has_a_role() {
    let (mut stack, key) = stack::<Prod>();
    let encryption =
        template::EncryptionConfiguration::new(template::EncryptionType::KMS).kms_key(key.arn());
    let repositories =
        ecr::RepositoryCreationTemplate::new([template::AppliedForItem::REPLICATION], "ROOT")
            .encryption_configuration(encryption)
            .image_tag_mutability(template::ImageTagMutability::MUTABLE)
            .lifecycle_policy(GOOD_POLICY);
    stack.add("Template", repositories);
    let synthesis = synth(App::new("test").stack(stack));
    assert_eq!(one(&synthesis, "ECR-02").property_path(), Some("CustomRoleArn"));
    assert_eq!(one(&synthesis, "ECR-01").given_value(), Some("MUTABLE"));
}

#[test]
fn a_cache_reaches_its_registry_as_the_registry_asks() {
    let cache = |change: fn(ecr::PullThroughCacheRule) -> ecr::PullThroughCacheRule| {
        let (mut stack, _) = stack::<Prod>();
        stack.add("Cache", change(ecr::PullThroughCacheRule::new().ecr_repository_prefix("cache")));
        synth(App::new("test").stack(stack))
    };
    use ecr::pull_through_cache_rule::UpstreamRegistry as Upstream;
    let silent =
        cache(|rule| rule.upstream_registry(Upstream::QUAY).upstream_registry_url("quay.io"));
    assert_eq!(with_code(&silent, "ECR-08"), Vec::<&Diagnostic>::new());
    let wrong =
        cache(|rule| rule.upstream_registry(Upstream::QUAY).upstream_registry_url("quay.com"));
    let found = one(&wrong, "ECR-08");
    assert_eq!((found.given_value(), found.allowed_values()), (Some("quay.com"), Some("quay.io")));
    let anonymous = cache(|rule| rule.upstream_registry_url("registry-1.docker.io"));
    assert_eq!(one(&anonymous, "ECR-08").given_value(), Some("docker-hub"));
    let misnamed = cache(|rule| {
        rule.upstream_registry_url("ghcr.io").credential_arn(
            "arn:aws:secretsmanager:eu-west-1:444455556666:secret:innovate/prod/ghcr-AbCdEf",
        )
    });
    let found = one(&misnamed, "ECR-08");
    assert_eq!(found.given_value(), Some("innovate/prod/ghcr-AbCdEf"));
    assert_eq!(found.property_path(), Some("CredentialArn"));
    let foreign = cache(|rule| {
        rule.upstream_registry(Upstream::ECR)
            .upstream_registry_url("777788889999.dkr.ecr.eu-west-1.amazonaws.com")
    });
    assert_eq!(one(&foreign, "ECR-08").property_path(), Some("CustomRoleArn"));
}
