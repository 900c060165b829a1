//! Traces of what a service does.

use k8s_openapi::api::core::v1::EnvVar;

use super::connection::Egress;
use crate::{NamespaceRef, ObjectName};

/// Where the CloudWatch agent of the add-on `amazon-cloudwatch-observability` takes traces and metrics
/// by OTLP over HTTP, and where it says which traces to sample.
///
/// Source: "Enable Application Signals on Amazon EKS", Amazon CloudWatch User Guide.
const AGENT: &str = "http://cloudwatch-agent.amazon-cloudwatch";
const OTLP: u16 = 4316;
const SAMPLING: u16 = 2000;

/// How traces of a service get to AWS X-Ray and CloudWatch Application Signals: through the
/// CloudWatch agent that the add-on `CloudWatchObservability` runs on each node, which the pods may then
/// connect to.
///
/// X-Ray's own SDKs and daemon are no longer developed; OpenTelemetry takes their place.
///
/// Source: "Application Signals" and "Enable Application Signals on Amazon EKS", Amazon CloudWatch
/// User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telemetry {
    /// The image has an SDK of OpenTelemetry, which reads its settings from environment variables. It
    /// runs what was tested, and nothing else.
    OfTheImage,
    /// The add-on's operator puts the AWS Distro for OpenTelemetry into each pod as it starts, with an
    /// init container of its own: for an image that has no SDK.
    Injected(Language),
}

/// What a service is written in, for what is put into its pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// .NET.
    DotNet,
    /// Java.
    Java,
    /// Node.js.
    NodeJs,
    /// Python.
    Python,
}

impl Language {
    const fn name(self) -> &'static str {
        match self {
            Self::DotNet => "dotnet",
            Self::Java => "java",
            Self::NodeJs => "nodejs",
            Self::Python => "python",
        }
    }
}

impl Telemetry {
    /// What a network policy must let through.
    pub(super) fn egress(self) -> [Egress; 2] {
        [OTLP, SAMPLING].map(Egress::cloudwatch_agent)
    }

    /// What makes the operator act.
    pub(super) fn annotation(self) -> Option<(String, String)> {
        match self {
            Self::OfTheImage => None,
            Self::Injected(language) => {
                let key = format!("instrumentation.opentelemetry.io/inject-{}", language.name());
                Some((key, "true".to_owned()))
            }
        }
    }

    /// What the SDK reads. The operator sets the same, but for what the service is called.
    pub(super) fn variables(
        self,
        namespace: &NamespaceRef,
        name: &ObjectName,
        environment: &str,
    ) -> Vec<EnvVar> {
        let attributes = format!(
            "service.namespace={},deployment.environment.name={environment}",
            namespace.name()
        );
        let mut variables =
            vec![("OTEL_SERVICE_NAME", name.to_string()), ("OTEL_RESOURCE_ATTRIBUTES", attributes)];
        if self == Self::OfTheImage {
            variables.extend([
                ("OTEL_AWS_APPLICATION_SIGNALS_ENABLED", "true".to_owned()),
                (
                    "OTEL_AWS_APPLICATION_SIGNALS_EXPORTER_ENDPOINT",
                    format!("{AGENT}:{OTLP}/v1/metrics"),
                ),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf".to_owned()),
                ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("{AGENT}:{OTLP}/v1/traces")),
                ("OTEL_LOGS_EXPORTER", "none".to_owned()),
                ("OTEL_METRICS_EXPORTER", "none".to_owned()),
                ("OTEL_PROPAGATORS", "tracecontext,baggage,xray".to_owned()),
                ("OTEL_TRACES_SAMPLER", "xray".to_owned()),
                ("OTEL_TRACES_SAMPLER_ARG", format!("endpoint={AGENT}:{SAMPLING}")),
            ]);
        }
        let variable = |(name, value): (&str, String)| EnvVar {
            name: name.to_owned(),
            value: Some(value),
            value_from: None,
        };
        variables.into_iter().map(variable).collect()
    }
}
