//! That each invariant sees what it is there for: the templates of a good environment are changed in
//! one place, and the invariant must no longer hold.

mod around;
mod database;
mod everywhere;
mod platform;

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::Value;

use crate::{
    INVARIANTS,
    configuration::{Configuration, Unrelated, any_configuration},
    template::Templates,
};

/// What is changed, and which invariant must see it.
struct Sabotage {
    /// The name of the invariant.
    seen_by: &'static str,
    /// The type of a resource, or the kind of a manifest. The first one whose id begins with `id`.
    what: &'static str,
    id: &'static str,
    /// Where, from the resource's or manifest's top.
    pointer: &'static str,
    /// What stands there then; null takes it away.
    value: Value,
    /// Whether it is done to the environment without a way out.
    isolated: bool,
}

/// Sets a place of the first resource of a type, or manifest of a kind.
fn sabotage(
    seen_by: &'static str,
    what: &'static str,
    pointer: &'static str,
    value: impl Into<Value>,
) -> Sabotage {
    Sabotage { seen_by, what, id: "", pointer, value: value.into(), isolated: false }
}

impl Sabotage {
    /// Of the first whose id begins so.
    fn of(self, id: &'static str) -> Self {
        Self { id, ..self }
    }

    /// Of the environment without a way out.
    fn isolated(self) -> Self {
        Self { isolated: true, ..self }
    }

    fn apply(&self, templates: &Templates) -> Templates {
        let mut changed = templates.clone();
        if self.what == WHOLE {
            let template = changed.stacks.values_mut().next().unwrap();
            template[self.pointer.trim_start_matches('/')] = self.value.clone();
            return changed;
        }
        let stacks = changed.stacks.values_mut();
        let resources = stacks.flat_map(|template| {
            template["Resources"].as_object_mut().into_iter().flatten().map(|(id, it)| (&**id, it))
        });
        let manifests = changed.manifests.iter_mut().map(|manifest| ("", manifest));
        let found = resources.chain(manifests).find(|(id, it)| {
            (it["Type"] == self.what || it["kind"] == self.what) && id.starts_with(self.id)
        });
        let (_, found) = found.unwrap_or_else(|| panic!("no {} {}", self.what, self.id));
        let (parent, name) = self.pointer.rsplit_once('/').unwrap();
        let parent = found.pointer_mut(parent).unwrap_or_else(|| panic!("no {}", self.pointer));
        match parent {
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = self.value.clone(),
            parent => parent[name.replace("~1", "/")] = self.value.clone(),
        }
        changed
    }
}

fn all() -> Vec<Sabotage> {
    let all = [platform::all(), database::all(), around::all(), everywhere::all()];
    all.into_iter().flatten().collect()
}

/// The first template as a whole.
const WHOLE: &str = "template";
const SUBNET: &str = "AWS::EC2::Subnet";
const ROUTE: &str = "AWS::EC2::Route";
const TABLE: &str = "AWS::EC2::SubnetRouteTableAssociation";
const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
const GROUP: &str = "AWS::EC2::SecurityGroup";
const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";
const ENTRY: &str = "AWS::EC2::NetworkAclEntry";
const CLUSTER: &str = "AWS::EKS::Cluster";
const NODES: &str = "AWS::EKS::Nodegroup";
const TEMPLATE: &str = "AWS::EC2::LaunchTemplate";
const PARAMETERS: &str = "AWS::RDS::DBClusterParameterGroup";
const DATABASE: &str = "AWS::RDS::DBCluster";
const INSTANCE: &str = "AWS::RDS::DBInstance";
const PROXY: &str = "AWS::RDS::DBProxy";
const REPOSITORY: &str = "AWS::ECR::Repository";
const CREATION_TEMPLATE: &str = "AWS::ECR::RepositoryCreationTemplate";
const ACL: &str = "AWS::WAFv2::WebACL";
const LOGS: &str = "AWS::Logs::LogGroup";
const KEY: &str = "AWS::KMS::Key";
const BUCKET: &str = "AWS::S3::Bucket";
const BUCKET_POLICY: &str = "AWS::S3::BucketPolicy";
const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";
const ALARM: &str = "AWS::CloudWatch::Alarm";
const SECRET: &str = "AWS::SecretsManager::Secret";

#[test]
fn every_invariant_sees_what_it_is_there_for() {
    let mut runner = TestRunner::deterministic();
    let any = any_configuration();
    let configuration = std::iter::repeat_with(|| any.new_tree(&mut runner).unwrap().current())
        .find(Configuration::shows_everything)
        .unwrap()
        .with_everything();
    let templates = configuration.synth(Unrelated::Absent);
    let isolated = configuration.isolated().synth(Unrelated::Absent);
    for templates in [&templates, &isolated] {
        let broken: Vec<String> = INVARIANTS
            .iter()
            .filter_map(|(name, holds)| Some(format!("{name}: {}", holds(templates).err()?)))
            .collect();
        assert!(broken.is_empty(), "without sabotage:\n{}", broken.join("\n"));
    }
    let invariant = |name: &str| INVARIANTS.iter().find(|(known, _)| *known == name).unwrap().1;
    let unseen: Vec<String> = all()
        .iter()
        .filter(|one| {
            let templates = if one.isolated { &isolated } else { &templates };
            invariant(one.seen_by)(&one.apply(templates)).is_ok()
        })
        .map(|one| format!("{}: {} of {} {}", one.seen_by, one.pointer, one.what, one.id))
        .collect();
    assert!(unseen.is_empty(), "unseen:\n{}", unseen.join("\n"));
    let all = all();
    let idle = INVARIANTS.iter().filter(|(name, _)| all.iter().all(|one| one.seen_by != *name));
    let idle: Vec<&str> = idle.map(|(name, _)| *name).collect();
    assert!(idle.is_empty(), "nothing is sabotaged for {idle:?}");
}
