//! Workloads: what runs in the cluster.
//!
//! * [`WebService`]: a service that answers requests, with all that keeps it up and closed,
//! * [`Image`], [`TaggedImage`]: what it runs, [`Digest`]: which image of a repository,
//!   [`Architecture`]: on which processors,
//! * [`Resources`], [`Probes`], [`Listen`]: what it takes, how its health is asked for, where it
//!   listens,
//! * [`Destination`]: what its pods may connect to,
//! * [`Telemetry`]: how traces of it get to X-Ray.

mod connection;
mod image;
mod listen;
mod pod;
mod probe;
mod resource;
mod scaling;
mod service;
mod telemetry;

pub use innovate_aws::cluster::Architecture;

pub(crate) use connection::{Admission, POD_IDENTITY_AGENT, admit, block};
pub use connection::{AwsCredentials, AwsEndpoints, Destination, Egress, Internet};
pub use image::{ContainerImage, Digest, Image, ImageError, TaggedImage};
pub use listen::{Http, Https, Listen, Protocol};
pub use probe::Probes;
pub use resource::{Resources, ResourcesWithoutMemory, StatedResources};
pub use scaling::Replicas;
pub use service::{ServiceRef, WebService};
pub use telemetry::{Language, Telemetry};

/// By this label Kubernetes names a node's architecture.
pub(crate) const ARCH: &str = "kubernetes.io/arch";
