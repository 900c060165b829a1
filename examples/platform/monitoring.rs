//! Monitoring: what watches the environment, and who is told when something is not as it should be.

use innovate::{
    aws::{network::VpcHandle, observability::TopicHandle},
    core::Place,
    prelude::*,
};

use super::{choices::Choices, cluster::Compute, data::Data, ingress::WayIn};

/// Who is told, of the alarms in the region of a stack.
pub(crate) fn alerts<S: Choices, P: Place>(stack: &mut Stack<S, P>) -> TopicHandle {
    let on_call = Subscriber::email(email!("oncall@innovate.example"));
    stack.add("Alerts", AlarmTopic::builder().subscribers([on_call]).build())
}

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    vpc: &VpcHandle,
    cluster: &Compute,
    data: &Data<S>,
    way_in: &WayIn,
    vault: &Vault<HomeRegion>,
) -> Stack<S> {
    let mut monitoring = environment.stack("monitoring");
    let alerts = alerts(&mut monitoring);
    monitoring.add("Network", vpc.alarms().notify(&alerts));
    monitoring.add("Cluster", cluster.eks.alarms().notify(&alerts));
    monitoring.add("Karpenter", cluster.karpenter.alarms().notify(&alerts));
    monitoring.add("Database", data.database.alarms().notify(&alerts));
    monitoring.add("WebAcl", way_in.web_acl.alarms().notify(&alerts));
    monitoring.add("LoadBalancer", way_in.load_balancer.alarms().notify(&alerts));
    monitoring.add("Api", way_in.api.alarms().notify(&alerts));
    monitoring.add("Backups", vault.alarms().notify(&alerts));
    monitoring
}
