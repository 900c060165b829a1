//! What holds whatever is deployed and whatever fails.

use fake_cloudformation::{Failing, Fate, Script, StackStatus, Step};
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, REGION, queue, template};

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Some of six resources, each with what it may need of those before it.
fn some(dice: &mut Dice) -> Value {
    let mut resources = json!({ "Always": queue(json!({ "Delay": dice.below(3) })) });
    let mut before = vec!["Always".to_owned()];
    for id in ["A", "B", "C", "D", "E"] {
        if dice.below(3) == 0 {
            continue;
        }
        let at = usize::try_from(dice.below(u64::try_from(before.len()).unwrap())).unwrap();
        let mut one = queue(json!({
            "Size": dice.below(2), "Delay": dice.below(3), "Of": { "Ref": before[at] },
        }));
        if dice.below(3) == 0 {
            one["DeletionPolicy"] = json!("Retain");
        }
        if dice.below(3) == 0 {
            one["UpdateReplacePolicy"] = json!("Retain");
        }
        resources[id] = one;
        before.push(id.to_owned());
    }
    template(resources)
}

fn breaking(dice: &mut Dice, script: Script) -> Script {
    let ids = ["Always", "A", "B", "C", "D", "E"];
    let steps = [Step::Create, Step::Update, Step::Delete, Step::Restore];
    let mut script = script.mended();
    for _ in 0..dice.below(4) {
        let id = ids[usize::try_from(dice.below(6)).unwrap()];
        let step = steps[usize::try_from(dice.below(4)).unwrap()];
        script = script.failing(Failing::new(id, step, "broken").times(1));
    }
    script.takes("C", 1 + dice.below(4))
}

#[tokio::test]
async fn what_is_there_is_what_stacks_list_but_for_what_was_let_go() {
    let mut reached = std::collections::BTreeSet::new();
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let cloud = Cloud::new(Script::new().replaced_by("AWS::SQS::Queue", "Size"));
        for _ in 0..4 {
            cloud.fake.change(|script| breaking(&mut dice, script));
            step(&cloud, &mut dice).await;
            if let Some(seen) = cloud.fake.stack(ACCOUNT, REGION, "shop") {
                reached.insert(seen.status);
            }
            lists_what_is_there(&cloud, seed);
        }
        // Whatever state it is in, it can be deleted once nothing fails.
        cloud.fake.change(Script::mended);
        let Some(seen) = cloud.fake.stack(ACCOUNT, REGION, "shop") else { continue };
        cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
        assert_eq!(cloud.rest(&seen.id).await.status, StackStatus::DeleteComplete, "{seed}");
        let live = cloud.fake.made(ACCOUNT, REGION);
        assert!(live.iter().all(|made| made.fate != Fate::Live), "{seed}: {live:?}");
    }
    use StackStatus as S;
    for state in [
        S::CreateComplete,
        S::CreateFailed,
        S::RollbackComplete,
        S::RollbackFailed,
        S::UpdateComplete,
        S::UpdateFailed,
        S::UpdateRollbackComplete,
        S::UpdateRollbackFailed,
        S::DeleteFailed,
    ] {
        assert!(reached.contains(&state), "{state} is never reached");
    }
}

/// What may be done with the stack as it is.
async fn step(cloud: &Cloud, dice: &mut Dice) {
    let status = cloud.fake.stack(ACCOUNT, REGION, "shop").map(|seen| seen.status);
    match status {
        Some(StackStatus::UpdateRollbackFailed) => {
            let request = cloud.client.continue_update_rollback().stack_name("shop");
            request.send().await.unwrap();
        }
        Some(StackStatus::UpdateFailed | StackStatus::CreateFailed) if dice.below(2) == 0 => {
            cloud.client.rollback_stack().stack_name("shop").send().await.unwrap();
        }
        Some(status) if !status.is_updatable() || dice.below(8) == 0 => {
            let id = cloud.stack("shop").id;
            cloud.client.delete_stack().stack_name("shop").send().await.unwrap();
            cloud.rest(&id).await;
            return;
        }
        _ => {
            let set = cloud.change("shop", &some(dice)).await;
            if set.status().is_some_and(|status| status.as_str() == "FAILED") {
                return;
            }
            let request = cloud.client.execute_change_set().stack_name("shop");
            let request = request.change_set_name("change").disable_rollback(dice.below(3) == 0);
            request.send().await.unwrap();
        }
    }
    cloud.rest("shop").await;
}

fn lists_what_is_there(cloud: &Cloud, seed: u64) {
    let listed: Vec<_> = cloud
        .fake
        .stack(ACCOUNT, REGION, "shop")
        .map(|seen| seen.resources)
        .unwrap_or_default()
        .into_values()
        .filter(|resource| {
            !resource.status.starts_with("DELETE_") || resource.status == "DELETE_FAILED"
        })
        .map(|resource| resource.physical_id)
        .filter(|id| !id.is_empty())
        .collect();
    let made = cloud.fake.made(ACCOUNT, REGION);
    let status = cloud.fake.stack(ACCOUNT, REGION, "shop").map(|seen| seen.status);
    for id in &listed {
        let one = made.iter().find(|made| made.physical_id == *id).unwrap();
        assert_eq!(one.fate, Fate::Live, "{seed}: {one:?} in {status:?}");
    }
    // In between, what an update replaced or made is there as well.
    let between = [StackStatus::UpdateFailed, StackStatus::UpdateRollbackFailed];
    if status.is_some_and(|status| between.contains(&status)) {
        return;
    }
    for one in made.iter().filter(|made| made.fate == Fate::Live) {
        assert!(listed.contains(&one.physical_id), "{seed}: {one:?} is lost in {status:?}");
    }
}
