//! What repositories, hooks, services and the HTTP interface promise on every backend, on this one: the same cases.

#[expect(dead_code, reason = "its main runs it on the backends of its package")]
#[path = "../../tests/hooks.rs"]
mod hooks;
#[expect(dead_code, reason = "its main runs it on the backends of its package")]
#[path = "../../tests/http.rs"]
mod http;
#[expect(dead_code, reason = "its main runs it on the backends of its package")]
#[path = "../../tests/repositories.rs"]
mod repositories;
#[expect(dead_code, reason = "its main runs it on the backends of its package")]
#[path = "../../tests/services.rs"]
mod services;

fn main() {
    let all = [repositories::cases(), hooks::cases(), services::cases(), http::cases()];
    auth_mongo_tests::run(&all.concat());
}
