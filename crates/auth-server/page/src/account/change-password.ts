// Changing the password of somebody who knows the present one.

import { ask } from "../base/ask";
import { client } from "../base/client";
import { form } from "../base/form";
import { passwordHint, shortestPassword } from "../base/password";
import { sectionFrame, type Section } from "./section";

export function changePassword(): Section {
  return {
    node: sectionFrame(
      "change-password",
      "Password",
      "Choose one that you use nowhere else.",
      form({
        testId: "change-password-form",
        fields: [
          { name: "currentPassword", label: "Current password", type: "password", autocomplete: "current-password" },
          {
            name: "newPassword",
            label: "New password",
            type: "password",
            autocomplete: "new-password",
            minLength: shortestPassword,
            hint: passwordHint,
          },
        ],
        checks: [{ name: "revokeOtherSessions", label: "Sign out all other devices", isChecked: true }],
        submit: "Change password",
        kind: "plain",
        send: async (values) => {
          await ask(
            client.changePassword({
              currentPassword: values.text("currentPassword"),
              newPassword: values.text("newPassword"),
              revokeOtherSessions: values.isChecked("revokeOtherSessions"),
            }),
          );
          return "Your password is changed.";
        },
      }),
    ),
  };
}
