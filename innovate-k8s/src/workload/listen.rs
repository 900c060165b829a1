//! Where a container listens.

use std::marker::PhantomData;

/// What a container speaks on its port.
pub trait Protocol: 'static {
    /// The scheme, in upper case as probes and load balancers have it.
    const SCHEME: &'static str;
    /// The same in lower case: the port's name.
    const NAME: &'static str;
}

/// HTTP over TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Https {}
/// HTTP without TLS, for what only other pods reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Http {}

impl Protocol for Https {
    const SCHEME: &'static str = "HTTPS";
    const NAME: &'static str = "https";
}

impl Protocol for Http {
    const SCHEME: &'static str = "HTTP";
    const NAME: &'static str = "http";
}

/// A port that a container listens on, and what it speaks there. The service has the same port,
/// since the VPC's network plugin compares policies with both.
///
/// Source: "Limit Pod traffic with Kubernetes network policies", Amazon EKS User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen<P> {
    port: u16,
    protocol: PhantomData<fn() -> P>,
}

impl Listen<Https> {
    /// TLS on this port. The load balancer accepts any certificate, so one that the pod signs
    /// itself will do.
    pub const fn https(port: u16) -> Self {
        Self { port, protocol: PhantomData }
    }
}

impl Listen<Http> {
    /// Plain HTTP on this port. No ingress takes such a service.
    pub const fn http(port: u16) -> Self {
        Self { port, protocol: PhantomData }
    }
}

impl<P> Listen<P> {
    /// The port's number.
    pub const fn port(&self) -> u16 {
        self.port
    }
}
