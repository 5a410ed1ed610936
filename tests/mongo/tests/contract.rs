//! The published contract of adapters, on this one.

#[expect(dead_code, reason = "its main runs it on the backends of its package")]
#[path = "../../tests/adapter_contract.rs"]
mod adapter_contract;

fn main() {
    auth_mongo_tests::run(&adapter_contract::cases());
}
