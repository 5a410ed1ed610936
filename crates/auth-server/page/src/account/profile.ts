// Name and picture.

import { ask } from "../base/ask";
import { client, type SignedIn } from "../base/client";
import { form } from "../base/form";
import { sectionFrame, type Section } from "./section";

export function profile({ user }: SignedIn): Section {
  return {
    node: sectionFrame(
      "profile",
      "Profile",
      "How you appear to others.",
      form({
        testId: "profile-form",
        fields: [
          { name: "name", label: "Name", autocomplete: "name", value: user.name },
          {
            name: "image",
            label: "Picture",
            type: "url",
            autocomplete: "photo",
            value: user.image ?? "",
            isOptional: true,
            hint: "The https address of a picture; empty for your initials.",
          },
        ],
        submit: "Save",
        kind: "plain",
        keepsValues: true,
        send: async (values) => {
          await ask(client.updateUser({ name: values.text("name"), image: values.text("image").trim() || null }));
          return "Saved.";
        },
      }),
    ),
  };
}
