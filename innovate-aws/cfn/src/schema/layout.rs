//! What the bytes of `registry.bin` mean. The generator that writes them and the reader share this file.
//!
//! All numbers are little-endian. An *id* is three bytes: the number of a text, or the offset of a
//! node or a list. A *count* is LEB128. A list is a count and as many text ids.

/// What the table begins with.
pub(crate) const MAGIC: [u8; 8] = *b"innocfn\x02";

/// The hash by which a type or property is found: FNV-1a, folded to 16 bits.
pub(crate) fn hash(name: &str) -> u16 {
    let hash = name
        .bytes()
        .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_le_bytes();
    u16::from_le_bytes([a ^ c, b ^ d])
}

/// Where the offsets of the sections stand, four bytes each.
pub(crate) mod section {
    /// The texts: their number, where each begins and the last ends (four bytes each, from the
    /// first), and their bytes.
    pub(crate) const TEXTS: usize = 8;
    /// The types, sorted by name: their number (four bytes), and for each the id of its name and
    /// the offset of its record. Then, sorted by their names' [`hash`](super::hash), that hash and
    /// the type's place in the order of names (two bytes each).
    pub(crate) const TYPES: usize = 12;
    /// The patterns: their number (four bytes), and the offset of each.
    pub(crate) const PATTERNS: usize = 16;
    /// A list of regions: bit `n` of a type's regions is the `n`th.
    pub(crate) const REGIONS: usize = 20;
    /// The number of the text that says where the schemas come from.
    pub(crate) const VERSION: usize = 24;
    /// Where the first section begins.
    pub(crate) const END: usize = 28;
}

/// A type's record: fields at fixed places.
pub(crate) mod record {
    /// The root node's offset.
    pub(crate) const ROOT: usize = 0;
    /// Bits of [`flag`](super::flag).
    pub(crate) const FLAGS: usize = 3;
    /// How tags are written, of [`tags`](super::tags).
    pub(crate) const TAG_SHAPE: usize = 4;
    /// The id of the tags' property.
    pub(crate) const TAG_PROPERTY: usize = 5;
    /// Eight bytes, a bit for each region.
    pub(crate) const REGIONS: usize = 8;
    /// The offsets of lists follow, in this order.
    pub(crate) const LISTS: usize = 16;
    /// The lists of paths (slashes between names, `*` for any item) and of permissions.
    pub(crate) mod list {
        pub(crate) const PRIMARY_IDENTIFIER: usize = 0;
        pub(crate) const CREATE_ONLY: usize = 1;
        pub(crate) const CONDITIONAL_CREATE_ONLY: usize = 2;
        pub(crate) const READ_ONLY: usize = 3;
        pub(crate) const WRITE_ONLY: usize = 4;
        pub(crate) const DEPRECATED: usize = 5;
        pub(crate) const CREATE: usize = 6;
        pub(crate) const READ: usize = 7;
        pub(crate) const UPDATE: usize = 8;
        pub(crate) const DELETE: usize = 9;
        pub(crate) const LIST: usize = 10;
        pub(crate) const COUNT: usize = 11;
    }
}

/// Bits of a type's flags.
pub(crate) mod flag {
    /// It holds data that is lost with it.
    pub(crate) const STATEFUL: u8 = 1;
    /// It is replaced by deleting the old one first.
    pub(crate) const DELETE_THEN_CREATE: u8 = 2;
    /// It gets its tags when it is created.
    pub(crate) const TAG_ON_CREATE: u8 = 4;
    /// Its tags can change without replacing it.
    pub(crate) const TAG_UPDATABLE: u8 = 8;
    /// CloudFormation adds its own `aws:` tags.
    pub(crate) const SYSTEM_TAGS: u8 = 16;
    /// The registry says how it is created, updated and deleted; older types don't.
    pub(crate) const HANDLERS: u8 = 32;
}

/// How a type writes its tags.
pub(crate) mod tags {
    /// It can't be tagged.
    pub(crate) const NONE: u8 = 0;
    /// A list of `Key` and `Value`.
    pub(crate) const LIST: u8 = 1;
    /// A list of `Key`, `Value` and `PropagateAtLaunch`.
    pub(crate) const PROPAGATED: u8 = 2;
    /// A map.
    pub(crate) const MAP: u8 = 3;
    /// A list of `Key` and `Value` under `Items`.
    pub(crate) const ITEMS: u8 = 4;
    /// Tag specifications: a list of `ResourceType` and `Tags`.
    pub(crate) const SPECIFICATIONS: u8 = 5;
}

/// Bits of a node's first byte: the kinds of value that it accepts; none for any.
pub(crate) mod kind {
    pub(crate) const TEXT: u8 = 1;
    pub(crate) const OBJECT: u8 = 2;
    pub(crate) const LIST: u8 = 4;
    pub(crate) const INTEGER: u8 = 8;
    pub(crate) const NUMBER: u8 = 16;
    pub(crate) const BOOLEAN: u8 = 32;
    pub(crate) const NULL: u8 = 64;
}

/// A node is its kinds and its keywords, each with its operands, up to [`END`](keyword::END).
pub(crate) mod keyword {
    /// No more keywords.
    pub(crate) const END: u8 = 0;
    /// Two bytes for the number of properties, and for each, sorted by its name's [`hash`](super::hash),
    /// that hash, and the ids of name and node.
    pub(crate) const PROPERTIES: u8 = 1;
    /// No properties but those named.
    pub(crate) const CLOSED: u8 = 2;
    /// A count, and for each the numbers of pattern and node.
    pub(crate) const PATTERN_PROPERTIES: u8 = 3;
    /// A list of names.
    pub(crate) const REQUIRED: u8 = 4;
    /// A list of values, as text.
    pub(crate) const ENUM: u8 = 5;
    /// A list of values in any case.
    pub(crate) const ENUM_ANY_CASE: u8 = 6;
    /// The number of a pattern.
    pub(crate) const PATTERN: u8 = 7;
    /// A count.
    pub(crate) const MIN_LENGTH: u8 = 8;
    /// A count.
    pub(crate) const MAX_LENGTH: u8 = 9;
    /// Eight bytes.
    pub(crate) const MINIMUM: u8 = 10;
    /// Eight bytes.
    pub(crate) const MAXIMUM: u8 = 11;
    /// Eight bytes.
    pub(crate) const EXCLUSIVE_MAXIMUM: u8 = 12;
    /// Eight bytes.
    pub(crate) const MULTIPLE_OF: u8 = 13;
    /// A count.
    pub(crate) const MIN_ITEMS: u8 = 14;
    /// A count.
    pub(crate) const MAX_ITEMS: u8 = 15;
    /// Nothing.
    pub(crate) const UNIQUE_ITEMS: u8 = 16;
    /// A count: of items that differ.
    pub(crate) const MAX_UNIQUE_ITEMS: u8 = 17;
    /// A list of names that together differ between items.
    pub(crate) const UNIQUE_KEYS: u8 = 18;
    /// A node.
    pub(crate) const ITEMS: u8 = 19;
    /// A count of nodes.
    pub(crate) const PREFIX_ITEMS: u8 = 20;
    /// A count.
    pub(crate) const MIN_PROPERTIES: u8 = 21;
    /// A count.
    pub(crate) const MAX_PROPERTIES: u8 = 22;
    /// One of the formats that the module `format` knows.
    pub(crate) const FORMAT: u8 = 23;
    /// A count of nodes.
    pub(crate) const ALL_OF: u8 = 24;
    /// A count of nodes.
    pub(crate) const ANY_OF: u8 = 25;
    /// A count of nodes.
    pub(crate) const ONE_OF: u8 = 26;
    /// A node.
    pub(crate) const NOT: u8 = 27;
    /// Three nodes: if, then, else.
    pub(crate) const IF: u8 = 28;
    /// A list of names: exactly one.
    pub(crate) const REQUIRED_XOR: u8 = 29;
    /// A list of names: at least one.
    pub(crate) const REQUIRED_OR: u8 = 30;
    /// The id of a name, and a list of those that it needs.
    pub(crate) const DEPENDENT_REQUIRED: u8 = 31;
    /// The id of a name, and a list of those that it excludes.
    pub(crate) const DEPENDENT_EXCLUDED: u8 = 32;
    /// The id of a name, and the node that holds if it is there.
    pub(crate) const DEPENDENT_NODE: u8 = 33;
}

/// The formats that are checked.
pub(crate) const FORMATS: &[&str] = &[
    "date-time",
    "json",
    "ipv4-network",
    "ipv6-network",
    "AWS::IAM::Role.Arn",
    "AWS::KMS::Key.Arn",
    "AWS::KMS::Key.Id",
    "AWS::KMS::Alias.AliasName",
    "AWS::EC2::SecurityGroup.Id",
    "AWS::EC2::SecurityGroup.Name",
    "AWS::EC2::Subnet.Id",
    "AWS::EC2::VPC.Id",
    "AWS::EC2::Image.Id",
    "AWS::S3::Bucket.Name",
    "AWS::SNS::Topic.Arn",
    "AWS::SQS::Queue.Arn",
    "AWS::Lambda::Function.Arn",
    "AWS::Logs::LogGroup.Name",
    "AWS::ACM::Certificate.Arn",
];

/// What a text must satisfy to match a pattern.
pub(crate) mod term {
    /// The id of an expression: it matches somewhere.
    pub(crate) const MATCH: u8 = 0;
    /// The id of an expression: it matches nowhere.
    pub(crate) const NO_MATCH: u8 = 1;
    /// The id of a text of pairs of characters, the least count, and the greatest plus one or 0.
    pub(crate) const RUN: u8 = 2;
    /// The greatest count of characters.
    pub(crate) const MAX_LENGTH: u8 = 3;
}
