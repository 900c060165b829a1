//! From where the Kubernetes API can be reached.

use innovate_core::{Cidr, cidr};

/// From where the Kubernetes API can be reached. Nodes and pods always can, and so can what else is in
/// the private subnets once it is let in: `stack.allow(&runner, Port::HTTPS, &cluster)`. The network
/// ACL of the control plane's subnets lets in nobody else.
///
/// Source: "Cluster API server endpoint", Amazon EKS User Guide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Endpoint {
    /// From the VPC's private subnets only.
    #[default]
    Private,
    /// From the listed public addresses too.
    PublicTo(AllowList),
}

impl Endpoint {
    /// From the VPC, and from the public addresses of [`allow_list!`](crate::allow_list).
    pub const fn public_to(allowed: AllowList) -> Self {
        Self::PublicTo(allowed)
    }
}

/// Public addresses that may reach the Kubernetes API: one block or more, none of them wider than a
/// /8, none of them private. [`allow_list!`](crate::allow_list) makes one that the compiler has
/// checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowList(Vec<Cidr>);

impl AllowList {
    /// The widest block that may be allowed.
    pub const WIDEST: u8 = 8;
    /// The most blocks that EKS takes. Source: "Amazon EKS service quotas", Amazon EKS User Guide.
    pub const MOST: usize = 40;

    /// The blocks, if they are 1 to 40 and each is narrow enough and public.
    ///
    /// # Errors
    ///
    /// If there is no block or there are more than 40, or one is wider than /8 or lies in the space
    /// that the internet doesn't route.
    pub fn new(blocks: impl IntoIterator<Item = Cidr>) -> Result<Self, AllowListError> {
        let blocks: Vec<Cidr> = blocks.into_iter().collect();
        if blocks.is_empty() {
            return Err(AllowListError::Empty);
        }
        if blocks.len() > Self::MOST {
            return Err(AllowListError::TooMany);
        }
        blocks.iter().try_for_each(|block| check(*block))?;
        Ok(Self(blocks))
    }

    /// The blocks.
    pub fn blocks(&self) -> &[Cidr] {
        &self.0
    }
}

/// Why blocks are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllowListError {
    /// There is none.
    Empty,
    /// There are more than EKS takes.
    TooMany,
    /// A block is wider than /8: it lets in most of the internet.
    TooWide,
    /// A block isn't routed on the internet, so that EKS refuses it.
    NotPublic,
}

impl AllowListError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Empty => "no address could reach the API; write Endpoint::Private for that",
            Self::TooMany => "EKS takes up to 40 blocks",
            Self::TooWide => {
                "a block wider than /8 opens the Kubernetes API to the internet; name the offices' or runners' addresses, or use Endpoint::Private"
            }
            Self::NotPublic => {
                "the block is private; the API is reached from private subnets without being listed"
            }
        }
    }
}

impl std::fmt::Display for AllowListError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for AllowListError {}

/// The blocks that the internet doesn't route. Source: "IANA IPv4 Special-Purpose Address Registry".
const SPECIAL: &[Cidr] = &[
    cidr!("0.0.0.0/8"),
    cidr!("10.0.0.0/8"),
    cidr!("100.64.0.0/10"),
    cidr!("127.0.0.0/8"),
    cidr!("169.254.0.0/16"),
    cidr!("172.16.0.0/12"),
    cidr!("192.168.0.0/16"),
    cidr!("224.0.0.0/3"),
];

/// Whether one block may be allowed, also at compile time.
#[allow(clippy::indexing_slicing, reason = "the index is compared with the length first")]
const fn check(block: Cidr) -> Result<(), AllowListError> {
    if block.prefix() < AllowList::WIDEST {
        return Err(AllowListError::TooWide);
    }
    let mut at = 0;
    while at < SPECIAL.len() {
        if SPECIAL[at].overlaps(block) {
            return Err(AllowListError::NotPublic);
        }
        at += 1;
    }
    Ok(())
}

/// Public addresses that the compiler has checked: `allow_list!["203.0.113.0/24"]`.
#[macro_export]
macro_rules! allow_list {
    ($($block:literal),+ $(,)?) => {{
        const BLOCKS: &[$crate::cluster::CheckedBlock] =
            &[$($crate::cluster::CheckedBlock::parse($block)),+];
        $crate::cluster::CheckedBlock::list(BLOCKS)
    }};
}

/// A block that [`allow_list!`](crate::allow_list) has checked.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct CheckedBlock(Cidr);

impl CheckedBlock {
    #[doc(hidden)]
    #[track_caller]
    pub const fn parse(text: &str) -> Self {
        let block = match Cidr::parse(text) {
            Ok(block) => block,
            Err(error) => innovate_core::literal::reject(&[
                "not a CIDR block: `",
                text,
                "`: ",
                error.message(),
            ]),
        };
        match check(block) {
            Ok(()) => Self(block),
            Err(error) => innovate_core::literal::reject(&[
                "not for an allow-list: `",
                text,
                "`: ",
                error.message(),
            ]),
        }
    }

    #[doc(hidden)]
    pub fn list(blocks: &[Self]) -> AllowList {
        AllowList(blocks.iter().map(|block| block.0).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_public_blocks_are_allowed() {
        let list = AllowList::new([cidr!("203.0.113.0/24"), cidr!("198.51.100.7/32")]).unwrap();
        assert_eq!(list.blocks().len(), 2);
        assert_eq!(allow_list!["203.0.113.0/24", "198.51.100.7/32"], list);
    }

    #[test]
    fn the_internet_and_private_space_are_refused() {
        assert_eq!(AllowList::new([cidr!("0.0.0.0/0")]), Err(AllowListError::TooWide));
        assert_eq!(AllowList::new([cidr!("128.0.0.0/1")]), Err(AllowListError::TooWide));
        for private in [
            cidr!("10.1.0.0/16"),
            cidr!("172.31.0.0/16"),
            cidr!("192.168.0.0/24"),
            cidr!("100.64.0.0/10"),
        ] {
            assert_eq!(AllowList::new([private]), Err(AllowListError::NotPublic), "{private}");
        }
        assert_eq!(AllowList::new([]), Err(AllowListError::Empty));
    }
}
