//! The pods of a web service.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{
        Capabilities, ConfigMapEnvSource, Container, ContainerPort, EmptyDirVolumeSource,
        EnvFromSource, Lifecycle, LifecycleHandler, PodSecurityContext, PodSpec, PodTemplateSpec,
        SeccompProfile, SecretVolumeSource, SecurityContext, SleepAction, Toleration,
        TopologySpreadConstraint, Volume, VolumeMount,
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};

use super::{ARCH, ContainerImage, Protocol, Telemetry, connection::selector, service::WebService};
use crate::{
    karpenter::NODE_POOL,
    meta::{labels, strings},
    quantity::quantity,
};

/// No user of the image, so that a process that leaves its container is nobody on the node.
const USER: i64 = 10_001;

/// How long a pod that is to stop still answers, while load balancers take it out: in seconds.
pub(super) const DRAIN: u16 = 15;

/// The only folder that pods can write to.
pub(super) const SCRATCH: &str = "/tmp";

pub(super) fn template<I: ContainerImage, P: Protocol>(
    service: &WebService<I, P>,
    environment: &str,
) -> PodTemplateSpec {
    // One annotation for all: a key has 63 characters, and so may the name of a config map.
    let digests: Vec<String> = service
        .config
        .iter()
        .map(|(config, _)| format!("{}={}", config.name(), config.digest()))
        .collect();
    let digests =
        (!digests.is_empty()).then(|| ("checksum/configmaps".to_owned(), digests.join(",")));
    let injected = service.telemetry.and_then(Telemetry::annotation);
    let annotations: BTreeMap<String, String> = digests.into_iter().chain(injected).collect();
    let annotations = Some(annotations).filter(|annotations| !annotations.is_empty());
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(labels(&service.name)),
            annotations,
            ..ObjectMeta::default()
        }),
        spec: Some(PodSpec {
            service_account_name: Some(service.name.to_string()),
            automount_service_account_token: Some(false),
            enable_service_links: Some(false),
            termination_grace_period_seconds: Some(
                i64::from(DRAIN) + i64::from(service.shutdown_seconds),
            ),
            security_context: Some(PodSecurityContext {
                run_as_non_root: Some(true),
                run_as_user: Some(USER),
                run_as_group: Some(USER),
                fs_group: Some(USER),
                seccomp_profile: Some(runtime_default()),
                ..PodSecurityContext::default()
            }),
            node_selector: node_selector(service),
            tolerations: tolerations(service),
            topology_spread_constraints: Some(vec![
                TopologySpreadConstraint {
                    // Without it, pods that come before there are nodes all go to the first node
                    // that is ready: only zones with nodes count. With three, a zone that fails
                    // would let no more than one pod into each of the others.
                    min_domains: Some(2),
                    ..spread(service, "topology.kubernetes.io/zone", "DoNotSchedule")
                },
                spread(service, "kubernetes.io/hostname", "ScheduleAnyway"),
            ]),
            containers: vec![container(service, environment)],
            volumes: Some(volumes(service)),
            ..PodSpec::default()
        }),
    }
}

fn runtime_default() -> SeccompProfile {
    SeccompProfile { type_: "RuntimeDefault".to_owned(), localhost_profile: None }
}

fn container<I: ContainerImage, P: Protocol>(
    service: &WebService<I, P>,
    environment: &str,
) -> Container {
    let [startup, readiness, liveness] = service.probes.probes::<P>();
    let env_from = service.config.iter().map(|(config, _)| EnvFromSource {
        config_map_ref: Some(ConfigMapEnvSource {
            name: config.name().to_string(),
            optional: Some(false),
        }),
        ..EnvFromSource::default()
    });
    let scratch = VolumeMount {
        name: "tmp".to_owned(),
        mount_path: SCRATCH.to_owned(),
        ..VolumeMount::default()
    };
    let secrets = service.secrets.iter().enumerate().map(|(at, (_, folder, _))| VolumeMount {
        name: secret_volume(at),
        mount_path: folder.to_string(),
        read_only: Some(true),
        ..VolumeMount::default()
    });
    Container {
        name: service.name.to_string(),
        image: Some(service.image.reference().to_owned()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        ports: Some(vec![ContainerPort {
            name: Some(P::NAME.to_owned()),
            container_port: service.listen.port().into(),
            protocol: Some("TCP".to_owned()),
            ..ContainerPort::default()
        }]),
        env: service
            .telemetry
            .map(|telemetry| telemetry.variables(service.namespace(), &service.name, environment)),
        env_from: Some(env_from.collect()).filter(|_| !service.config.is_empty()),
        resources: Some(service.resources.requirements()),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), add: None }),
            privileged: Some(false),
            read_only_root_filesystem: Some(true),
            run_as_non_root: Some(true),
            seccomp_profile: Some(runtime_default()),
            ..SecurityContext::default()
        }),
        startup_probe: Some(startup),
        readiness_probe: Some(readiness),
        liveness_probe: Some(liveness),
        lifecycle: Some(Lifecycle {
            pre_stop: Some(LifecycleHandler {
                sleep: Some(SleepAction { seconds: DRAIN.into() }),
                ..LifecycleHandler::default()
            }),
            ..Lifecycle::default()
        }),
        volume_mounts: Some(std::iter::once(scratch).chain(secrets).collect()),
        ..Container::default()
    }
}

/// The name of a volume, which is no longer than the name of a secret may be.
fn secret_volume(at: usize) -> String {
    format!("secret-{at}")
}

fn volumes<I, P>(service: &WebService<I, P>) -> Vec<Volume> {
    let scratch = Volume {
        name: "tmp".to_owned(),
        empty_dir: Some(EmptyDirVolumeSource {
            size_limit: Some(quantity(service.resources.scratch_size())),
            ..EmptyDirVolumeSource::default()
        }),
        ..Volume::default()
    };
    let secrets = service.secrets.iter().enumerate().map(|(at, (secret, ..))| Volume {
        name: secret_volume(at),
        secret: Some(SecretVolumeSource {
            secret_name: Some(secret.name().to_string()),
            // For the group alone: the pod's `fsGroup`.
            default_mode: Some(0o440),
            optional: Some(false),
            ..SecretVolumeSource::default()
        }),
        ..Volume::default()
    });
    std::iter::once(scratch).chain(secrets).collect()
}

fn node_selector<I, P>(service: &WebService<I, P>) -> Option<BTreeMap<String, String>> {
    let pool = service.pool.iter().map(|pool| (NODE_POOL, pool.name().as_str()));
    let arch = service.arch.iter().map(|arch| (ARCH, arch.label()));
    let mut selector = strings([("kubernetes.io/os", "linux")])?;
    selector.extend(pool.chain(arch).map(|(key, value)| (key.to_owned(), value.to_owned())));
    Some(selector)
}

fn tolerations<I, P>(service: &WebService<I, P>) -> Option<Vec<Toleration>> {
    let taints = service.pool.as_ref()?.taints().iter();
    let tolerations: Vec<Toleration> = taints
        .map(|taint| Toleration {
            key: Some(taint.label().key().to_owned()),
            operator: Some("Equal".to_owned()),
            value: Some(taint.label().value().to_owned()),
            effect: Some(taint.effect().to_owned()),
            ..Toleration::default()
        })
        .collect();
    (!tolerations.is_empty()).then_some(tolerations)
}

/// Evenly over `key`, counting the pods of one version alone, so that an update keeps it.
fn spread<I, P>(
    service: &WebService<I, P>,
    key: &str,
    when_unsatisfiable: &str,
) -> TopologySpreadConstraint {
    TopologySpreadConstraint {
        max_skew: 1,
        topology_key: key.to_owned(),
        when_unsatisfiable: when_unsatisfiable.to_owned(),
        label_selector: Some(selector(&service.name)),
        match_label_keys: Some(vec!["pod-template-hash".to_owned()]),
        node_taints_policy: Some("Honor".to_owned()),
        ..TopologySpreadConstraint::default()
    }
}
