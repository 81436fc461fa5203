import { useClient } from "../../shell/client";
import { usePicture } from "../../shell/picture";
import { Avatar } from "../../widgets/Avatar";
import { mxcOf } from "./people";

interface PersonPictureProps {
  userId: string;
  name: string;
  /** Its address, where it is known without having met them. */
  mxc?: string | null;
  small?: boolean;
  large?: boolean;
}

/** The picture of a person, from their profile. */
export function PersonPicture({ userId, name, mxc, small, large }: PersonPictureProps) {
  const client = useClient();
  const src = usePicture(mxc ?? mxcOf(client, userId), large ? 84 : 50);
  return <Avatar id={userId} name={name} src={src} {...(small && { small })} {...(large && { large })} />;
}
