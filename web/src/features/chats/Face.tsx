import { PersonPicture } from "../contacts/PersonPicture";

/** The picture of whoever says something. */
export function Face({ userId, name }: { userId: string; name: string }) {
  return <PersonPicture small userId={userId} name={name} />;
}
