//! Ireland has three zones.

use innovate_aws::zones;

fn main() {
    let _ = zones!(EuWest1: az1, az2, az7);
}
