//! How much space an instance has.

use std::fmt;

/// The space of an instance's General Purpose SSD (gp3), in GiB: what it begins with, and how far RDS
/// lets it grow as it fills. [`storage!`](crate::storage!) makes one that the compiler has checked.
///
/// Space can't be given back. From 400 GiB on, the storage is spread over four volumes and takes 12,000
/// reads and writes a second instead of 3,000.
///
/// Source: "Amazon RDS DB instance storage" and "Managing capacity automatically with Amazon RDS storage
/// autoscaling", Amazon RDS User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstanceStorage {
    pub(super) allocated: u32,
    pub(super) most: u32,
}

/// Why two sizes are no range of space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstanceStorageError {
    /// Below 20 GiB or above 64 TiB.
    Range,
    /// No tenth above what it begins with.
    Growth,
}

impl InstanceStorageError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Range => "RDS for PostgreSQL has 20 to 65,536 GiB",
            Self::Growth => "RDS lets it grow only to a tenth more than it begins with, or further",
        }
    }
}

impl fmt::Display for InstanceStorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for InstanceStorageError {}

impl InstanceStorage {
    const LEAST: u32 = 20;
    const MOST: u32 = 65_536;

    /// Begins with `allocated` GiB and grows up to `most`.
    ///
    /// # Errors
    ///
    /// If one is below 20 or above 65,536, or if `most` isn't at least a tenth above `allocated`.
    pub const fn growing(allocated: u32, most: u32) -> Result<Self, InstanceStorageError> {
        if allocated < Self::LEAST || allocated > Self::MOST || most > Self::MOST {
            Err(InstanceStorageError::Range)
        } else if most * 10 < allocated * 11 {
            Err(InstanceStorageError::Growth)
        } else {
            Ok(Self { allocated, most })
        }
    }

    /// What it begins with, in GiB.
    pub const fn allocated(self) -> u32 {
        self.allocated
    }

    /// How far it grows, in GiB.
    pub const fn most(self) -> u32 {
        self.most
    }
}

impl fmt::Display for InstanceStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {} GiB", self.allocated, self.most)
    }
}

/// The space of an instance in GiB, what it begins with and how far it grows, that the compiler has
/// checked: `storage!(50..=500)`.
#[macro_export]
macro_rules! storage {
    ($allocated:literal ..= $most:literal) => {{
        const STORAGE: $crate::database::InstanceStorage =
            match $crate::database::InstanceStorage::growing($allocated, $most) {
                Ok(storage) => storage,
                Err(error) => $crate::literal::reject(&[
                    "not the space of an instance: `",
                    stringify!($allocated),
                    "..=",
                    stringify!($most),
                    "`: ",
                    error.message(),
                ]),
            };
        STORAGE
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_has_bounds_and_room_to_grow() {
        use InstanceStorageError::{Growth, Range};
        for (allocated, most, error) in [
            (20, 22, None),
            (100, 65_536, None),
            (19, 100, Some(Range)),
            (100, 65_537, Some(Range)),
            (100, 109, Some(Growth)),
            (100, 100, Some(Growth)),
            (65_536, 65_536, Some(Growth)),
        ] {
            assert_eq!(InstanceStorage::growing(allocated, most).err(), error);
        }
        assert_eq!(storage!(50..=500).to_string(), "50 to 500 GiB");
    }
}
