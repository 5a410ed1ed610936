//! A store in front of the database, or instead of it: formats, modes, crowds, outages.

#[path = "secondary_storage/crowds.rs"]
mod crowds;
#[path = "secondary_storage/flows.rs"]
mod flows;
#[path = "secondary_storage/formats.rs"]
mod formats;
#[path = "secondary_storage/outages.rs"]
mod outages;
#[path = "secondary_storage/redis.rs"]
mod redis;
#[path = "secondary_storage/scene.rs"]
mod scene;

use auth_tests::backend::Backend;
use auth_tests::flavour::{Access, Flavour};
use auth_tests::runner::{end, trials};

fn main() {
    let everywhere = [flows::cases(), crowds::cases()].concat();
    let mut all = trials(&everywhere, Flavour::Ours, Access::Dictionary, |_| true);
    let once = [formats::cases(), outages::cases(), redis::cases()].concat();
    all.extend(trials(&once, Flavour::Ours, Access::Dictionary, |backend| backend == Backend::Sqlite));
    end(all);
}
