//! AWS knows its rule groups by name.

use innovate::prelude::*;

fn main() {
    let _ = WebAcl::<Regional>::builder().managed([ManagedRuleGroup::CommonRules]);
}
