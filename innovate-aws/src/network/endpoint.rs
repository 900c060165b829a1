//! Endpoints of AWS's services inside a network.

macro_rules! services {
    ($($(#[$doc:meta])* $service:ident $name:literal)*) => {
        /// A service that can have an interface endpoint.
        ///
        /// Source: "AWS services that integrate with AWS PrivateLink", AWS PrivateLink Guide.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum EndpointService {
            $(
                #[doc = concat!("`", $name, "`.")]
                $service,
            )*
        }

        impl EndpointService {
            /// Every service.
            pub const ALL: &'static [Self] = &[$(Self::$service),*];

            /// What the endpoint's name ends in.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$service => $name,)*
                }
            }

            pub(super) const fn id(self) -> &'static str {
                match self {
                    $(Self::$service => stringify!($service),)*
                }
            }
        }
    };
}

services! {
    ApsWorkspaces "aps-workspaces"
    ArcZonalShift "arc-zonal-shift"
    Autoscaling "autoscaling"
    Ec2 "ec2"
    Ec2Messages "ec2messages"
    EcrApi "ecr.api"
    EcrDkr "ecr.dkr"
    Eks "eks"
    EksAuth "eks-auth"
    ElasticLoadBalancing "elasticloadbalancing"
    Events "events"
    Kms "kms"
    Logs "logs"
    Monitoring "monitoring"
    Rds "rds"
    RdsData "rds-data"
    SecretsManager "secretsmanager"
    Sns "sns"
    Sqs "sqs"
    Ssm "ssm"
    SsmMessages "ssmmessages"
    Sts "sts"
    Xray "xray"
}

/// Which services have an endpoint in the network. S3 and DynamoDB always have one: theirs are
/// gateways, which cost nothing.
///
/// An interface endpoint costs by the hour and zone; below about 600 GB a month NAT is cheaper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Endpoints {
    /// S3 and DynamoDB only.
    Gateways,
    /// What every pod needs to start: images and secrets.
    Minimal,
    /// What a private cluster needs, its nodes, Karpenter and the load balancer controller. Sources:
    /// "Deploy private clusters with limited internet access", Amazon EKS User Guide; "Private
    /// clusters", Karpenter documentation.
    #[default]
    PrivateEks,
    /// All of that, and what operation without any route to the internet needs. IAM, Route 53 and
    /// the price list have no endpoint, so some controllers must do without.
    Isolated,
}

impl Endpoints {
    /// The services.
    pub const fn services(self) -> &'static [EndpointService] {
        use EndpointService as S;
        match self {
            Self::Gateways => &[],
            Self::Minimal => &[S::EcrApi, S::EcrDkr, S::SecretsManager],
            Self::PrivateEks => &[
                S::Ec2,
                S::EcrApi,
                S::EcrDkr,
                S::Eks,
                S::EksAuth,
                S::ElasticLoadBalancing,
                S::Kms,
                S::Logs,
                S::Monitoring,
                S::SecretsManager,
                S::Sqs,
                S::Ssm,
                S::Sts,
            ],
            Self::Isolated => &[
                S::ArcZonalShift,
                S::Autoscaling,
                S::Ec2,
                S::Ec2Messages,
                S::EcrApi,
                S::EcrDkr,
                S::Eks,
                S::EksAuth,
                S::ElasticLoadBalancing,
                S::Events,
                S::Kms,
                S::Logs,
                S::Monitoring,
                S::SecretsManager,
                S::Sqs,
                S::Ssm,
                S::SsmMessages,
                S::Sts,
                S::Xray,
            ],
        }
    }
}
