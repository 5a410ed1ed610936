// Runs scenarios one after another and counts them.

/** Runs `[name, scenario]` pairs in a world; the last line counts them, the status is 0 only if all passed. */
export async function runAll(world, scenarios) {
  let failed = 0;
  for (const [name, scenario] of scenarios) if (!(await passes(world, name, scenario))) failed += 1;
  console.log(`${scenarios.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function passes(world, name, scenario) {
  try {
    await scenario(world);
    world.expectNothingOdd();
    console.log(`ok      ${name}`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${name}\n${indented(error)}`);
    return false;
  } finally {
    await world.putDevicesAway();
  }
}

function indented(error) {
  return String(error?.stack ?? error).replace(/^/gm, "        ");
}
