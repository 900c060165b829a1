//! How private subnets reach the internet.

/// How private subnets reach the internet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nat {
    /// One gateway that AWS spreads over the zones in use, within minutes of the first interface in
    /// a zone; until then, that zone's traffic goes through another. Source: "Regional NAT gateways
    /// for automatic multi-AZ expansion", Amazon VPC User Guide.
    #[default]
    Regional,
    /// A gateway in each zone: a zone that fails takes only its own subnets with it.
    PerZone,
    /// One gateway, in the zone with the lowest number: naming a lower one later replaces it. When
    /// the zone fails, no private subnet reaches the internet; refused in production.
    One,
    /// As [`One`](Self::One), also in production.
    OneAccepting(ZoneOutage),
    /// None: private subnets reach AWS's services through endpoints, and nothing else.
    None,
}

/// The acknowledgement that one zone's failure cuts every private subnet off the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneOutage;

impl Nat {
    /// Whether its gateways are in public subnets, whose routes and ACL then let private traffic out.
    pub(super) const fn is_in_subnets(self) -> bool {
        match self {
            Self::PerZone | Self::One | Self::OneAccepting(_) => true,
            Self::Regional | Self::None => false,
        }
    }
}
