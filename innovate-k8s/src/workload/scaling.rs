//! How many pods there are.

use std::ops::RangeInclusive;

use k8s_openapi::{
    api::{
        autoscaling::v2::{
            CrossVersionObjectReference, HPAScalingPolicy, HPAScalingRules,
            HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerSpec,
            MetricSpec, MetricTarget, ResourceMetricSource,
        },
        policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec},
    },
    apimachinery::pkg::{
        apis::meta::v1::{LabelSelector, ObjectMeta},
        util::intstr::IntOrString,
    },
};

/// How many pods a workload has: `3..=60`, as many as the load asks for. From one number to the
/// same (`3..=3`), always that many.
///
/// What is refused when the program is checked: a range that ends before it begins, no pod at all,
/// and fewer than two in production.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replicas {
    least: u16,
    most: u16,
}

impl From<RangeInclusive<u16>> for Replicas {
    fn from(range: RangeInclusive<u16>) -> Self {
        Self { least: *range.start(), most: *range.end() }
    }
}

impl Replicas {
    /// The number of pods, if it is always the same.
    pub(super) const fn fixed(self) -> Option<u16> {
        if self.least == self.most { Some(self.least) } else { None }
    }

    /// Doubles the pods within half a minute when the load grows, and takes back a tenth a minute
    /// when it has been lower for five minutes.
    pub(super) fn autoscaler(
        self,
        metadata: ObjectMeta,
        cpu_percent: u8,
    ) -> HorizontalPodAutoscaler {
        let rules = |window: i32, kind: &str, value: i32, period_seconds: i32| HPAScalingRules {
            stabilization_window_seconds: Some(window),
            policies: Some(vec![HPAScalingPolicy {
                type_: kind.to_owned(),
                value,
                period_seconds,
            }]),
            ..HPAScalingRules::default()
        };
        let target = CrossVersionObjectReference {
            api_version: Some("apps/v1".to_owned()),
            kind: "Deployment".to_owned(),
            name: metadata.name.clone().unwrap_or_default(),
        };
        let metric = ResourceMetricSource {
            name: "cpu".to_owned(),
            target: MetricTarget {
                type_: "Utilization".to_owned(),
                average_utilization: Some(cpu_percent.into()),
                ..MetricTarget::default()
            },
        };
        HorizontalPodAutoscaler {
            metadata,
            // Optional or not by the version of the API that is chosen.
            spec: HorizontalPodAutoscalerSpec {
                min_replicas: Some(self.least.into()),
                max_replicas: self.most.into(),
                scale_target_ref: target,
                metrics: Some(vec![MetricSpec {
                    type_: "Resource".to_owned(),
                    resource: Some(metric),
                    ..MetricSpec::default()
                }]),
                behavior: Some(HorizontalPodAutoscalerBehavior {
                    scale_up: Some(rules(0, "Percent", 100, 30)),
                    scale_down: Some(rules(300, "Percent", 10, 60)),
                }),
            }
            .into(),
            status: None,
        }
    }
}

/// A quarter of the pods, rounded up, may be down while nodes are replaced: so there is always one
/// that may. Pods that are broken anyway don't stand in the way.
pub(super) fn disruption_budget(
    metadata: ObjectMeta,
    selector: LabelSelector,
) -> PodDisruptionBudget {
    PodDisruptionBudget {
        metadata,
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::String("25%".to_owned())),
            selector: Some(selector),
            unhealthy_pod_eviction_policy: Some("AlwaysAllow".to_owned()),
            min_available: None,
        }),
        status: None,
    }
}
