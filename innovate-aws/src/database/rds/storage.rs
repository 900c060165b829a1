//! How much space an instance has.

use std::fmt;

/// The space of an instance's General Purpose SSD (gp3), in GiB: what it begins with, and how far RDS
/// lets it grow as it fills. [`storage!`](crate::storage!) makes one that the compiler has checked.
///
/// Space can't be given back. From 400 GiB on, the storage is spread over four volumes and takes 12,000
/// reads and writes a second and 500 MiB/s instead of 3,000 and 125, and more for a price:
/// [`provisioned`](Self::provisioned).
///
/// Source: "Amazon RDS DB instance storage" and "Managing capacity automatically with Amazon RDS storage
/// autoscaling", Amazon RDS User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstanceStorage {
    pub(super) allocated: u32,
    pub(super) most: u32,
    pub(super) performance: Option<StoragePerformance>,
}

/// How fast an instance's storage is, where that is more than comes with its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct StoragePerformance {
    pub(super) iops: u32,
    pub(super) throughput: u32,
}

/// Why two sizes are no range of space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstanceStorageError {
    /// Below 20 GiB or above 64 TiB.
    Range,
    /// No tenth above what it begins with.
    Growth,
    /// Too small to be faster.
    Small,
    /// Below 12,000 or above 64,000 reads and writes a second.
    Iops,
    /// Below 500 or above 4,000 MiB/s.
    Throughput,
    /// More than a MiB/s for every four reads and writes a second.
    Ratio,
}

impl InstanceStorageError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Range => "RDS for PostgreSQL has 20 to 65,536 GiB",
            Self::Growth => "RDS lets it grow only to a tenth more than it begins with, or further",
            Self::Small => "below 400 GiB it has 3,000 IOPS and 125 MiB/s, which can't be raised",
            Self::Iops => "RDS provisions 12,000 to 64,000 IOPS",
            Self::Throughput => "RDS provisions 500 to 4,000 MiB/s",
            Self::Ratio => "RDS provisions at most a quarter as many MiB/s as IOPS",
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
    /// From which size on it is spread over four volumes.
    const STRIPED: u32 = 400;

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
            Ok(Self { allocated, most, performance: None })
        }
    }

    /// With so many reads and writes a second, and so many MiB/s, for which AWS charges beyond the 12,000
    /// and 500 that come with it. The replicas have as many. An instance's class has limits of its own.
    ///
    /// # Errors
    ///
    /// If it begins with less than 400 GiB, if these aren't 12,000 to 64,000 and 500 to 4,000, or if the
    /// MiB/s are more than a quarter of the reads and writes.
    pub const fn provisioned(
        self,
        iops: u32,
        throughput: u32,
    ) -> Result<Self, InstanceStorageError> {
        if self.allocated < Self::STRIPED {
            Err(InstanceStorageError::Small)
        } else if iops < 12_000 || iops > 64_000 {
            Err(InstanceStorageError::Iops)
        } else if throughput < 500 || throughput > 4_000 {
            Err(InstanceStorageError::Throughput)
        } else if throughput * 4 > iops {
            Err(InstanceStorageError::Ratio)
        } else {
            Ok(Self { performance: Some(StoragePerformance { iops, throughput }), ..self })
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
/// checked: `storage!(50..=500)`. From 400 GiB on it may be faster than it is by itself:
/// `storage!(400..=2000, iops: 20000, mib_per_second: 1000)`.
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
    ($allocated:literal ..= $most:literal, iops: $iops:literal, mib_per_second: $rate:literal) => {{
        const STORAGE: $crate::database::InstanceStorage =
            match $crate::storage!($allocated..=$most).provisioned($iops, $rate) {
                Ok(storage) => storage,
                Err(error) => $crate::literal::reject(&[
                    "not what the storage of an instance does: `",
                    stringify!($iops),
                    "` IOPS and `",
                    stringify!($rate),
                    "` MiB/s on ",
                    stringify!($allocated),
                    " GiB: ",
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

    #[test]
    fn only_what_is_spread_over_volumes_is_made_faster() {
        use InstanceStorageError::{Iops, Ratio, Small, Throughput};
        for (allocated, iops, throughput, error) in [
            (400, 12_000, 500, None),
            (400, 64_000, 4_000, None),
            (399, 12_000, 500, Some(Small)),
            (400, 11_999, 500, Some(Iops)),
            (400, 64_001, 500, Some(Iops)),
            (400, 12_000, 499, Some(Throughput)),
            (400, 12_000, 4_001, Some(Throughput)),
            (400, 12_000, 3_000, None),
            (400, 12_000, 3_001, Some(Ratio)),
        ] {
            let storage = InstanceStorage::growing(allocated, 1_000).unwrap();
            assert_eq!(storage.provisioned(iops, throughput).err(), error);
        }
        let fast = storage!(400..=2000, iops: 20000, mib_per_second: 1000);
        assert_eq!((fast.allocated(), fast.most()), (400, 2_000));
    }
}
