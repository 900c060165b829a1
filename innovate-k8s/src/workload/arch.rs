//! Processor architectures.

/// By this label Kubernetes names a node's architecture.
pub(crate) const ARCH: &str = "kubernetes.io/arch";

/// A processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arch {
    /// 64-bit ARM: Graviton.
    Arm64,
    /// `x86_64`: Intel and AMD.
    Amd64,
}

impl Arch {
    /// Kubernetes' name for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::Amd64 => "amd64",
        }
    }
}
