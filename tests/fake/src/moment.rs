//! Virtual time, and identifiers that follow from a count.

/// Milliseconds since 2026-01-01T00:00:00Z, the moment at which every fake begins.
pub(crate) type Moment = u64;

/// Counts what passes: ticks, each a second long, and what happens within one.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    tick: u64,
    within: u64,
    ids: u64,
}

impl Clock {
    pub(crate) fn tick(&mut self) {
        self.tick += 1;
        self.within = 0;
    }

    /// The present moment; a millisecond later at each call, so that no two events are at once.
    pub(crate) fn now(&mut self) -> Moment {
        self.within += 1;
        self.tick * 1000 + self.within.min(999)
    }

    /// An identifier in the form of a UUID, another one at each call.
    pub(crate) fn uuid(&mut self) -> String {
        self.ids += 1;
        let a = mix(self.ids);
        let b = mix(a ^ self.ids);
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            (b >> 48) & 0xfff,
            b & 0xffff_ffff_ffff
        )
    }

    /// The random-looking end of a physical id: twelve letters and digits.
    pub(crate) fn suffix(&mut self) -> String {
        self.ids += 1;
        let mut left = mix(self.ids);
        let mut suffix = String::new();
        for _ in 0..12 {
            let digit = u32::try_from(left % 36).unwrap_or(0);
            suffix.extend(char::from_digit(digit, 36).map(|c| c.to_ascii_uppercase()));
            left /= 36;
        }
        suffix
    }
}

/// Spreads a count over 64 bits (SplitMix64), for what is to look random and be the same each time.
pub(crate) fn mix(count: u64) -> u64 {
    let mut z = count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The moment as AWS writes it: ISO 8601, in UTC, with milliseconds.
pub(crate) fn written(moment: Moment) -> String {
    let (seconds, millis) = (moment / 1000, moment % 1000);
    let (mut day, of_day) = (seconds / 86_400, seconds % 86_400);
    let (mut year, mut month) = (2026, 0);
    loop {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            1 if leap => 29,
            1 => 28,
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        };
        if day < length {
            break;
        }
        day -= length;
        month += 1;
        if month == 12 {
            (year, month) = (year + 1, 0);
        }
    }
    format!(
        "{year:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{millis:03}Z",
        month + 1,
        day + 1,
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_moment_is_written_as_a_date() {
        assert_eq!(written(0), "2026-01-01T00:00:00.000Z");
        assert_eq!(written((31 + 28) * 86_400_000 + 61_007), "2026-03-01T00:01:01.007Z");
        assert_eq!(written(365 * 86_400_000), "2027-01-01T00:00:00.000Z");
    }
}
