import { MicOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Tile } from "../../../model/groupCall";
import { PersonPicture } from "../../contacts/PersonPicture";
import { useNameOf } from "../usePartner";
import type { Picture } from "./groupNow";
import { TilePicture } from "./TilePicture";

/** Somebody in a call: their picture, their name, and whether one can hear them. */
export function TileView({ tile, picture }: { tile: Tile; picture: Picture | undefined }) {
  const { t } = useTranslation();
  const own = useNameOf(tile.userId);
  const name = tile.isMe ? t("calls.group.you") : own;
  return (
    <li className={tile.isSpeaking ? "tile speaking" : "tile"}>
      {picture !== undefined && tile.hasPicture ? (
        <TilePicture track={picture} isWhole={tile.isScreen} isMirrored={tile.isMe && !tile.isScreen} />
      ) : (
        <PersonPicture userId={tile.userId} name={own} large />
      )}
      <p className="tile-name">
        {tile.isMuted && !tile.isScreen && <MicOff size={16} aria-hidden />}
        <span className="clip">{tile.isScreen ? t("calls.group.screen", { name }) : name}</span>
        {tile.isMuted && !tile.isScreen && <span className="sr-only">{t("calls.group.is_muted")}</span>}
        {tile.isComing && <span className="sr-only">{t("calls.phase.connecting")}</span>}
      </p>
    </li>
  );
}
