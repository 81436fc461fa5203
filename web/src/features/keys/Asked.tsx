import type { VerificationRequest } from "matrix-js-sdk/lib/crypto-api";
import { useContext, useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import { Waiting } from "../../widgets/Waiting";
import { OtherContext, usePhrases } from "./phrases";
import { useKeysReading } from "./useKeys";

interface AskedProps {
  request: VerificationRequest;
  onFailed: () => void;
  onClose: () => void;
}

/** Another device of this account asks, or another person does. */
export function Asked(props: AskedProps) {
  return useContext(OtherContext) === null ? <ByDevice {...props} /> : <ByPerson {...props} />;
}

function ByDevice(props: AskedProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { otherDeviceId } = props.request;
  const [name, setName] = useState(otherDeviceId ?? "");

  useEffect(() => {
    const user = client.getSafeUserId();
    client
      .getCrypto()
      ?.getUserDeviceInfo([user])
      .then((devices) => {
        const known = devices.get(user)?.get(otherDeviceId ?? "")?.displayName;
        if (known !== undefined) setName(known);
      })
      // Its id stands there already.
      .catch(() => undefined);
  }, [client, otherDeviceId]);

  return <Question {...props} text={t("verify.asks", { name })} />;
}

/** What they show can be signed only with the keys of one's own account. */
function ByPerson(props: AskedProps) {
  const say = usePhrases();
  const { onFailed } = props;
  const { keys, error } = useKeysReading();
  useEffect(() => {
    if (error !== null) onFailed();
  }, [error, onFailed]);
  if (keys === null) return <Waiting />;
  if (keys.isVerified && keys.hasSecrets) return <Question {...props} text={say("asks")} />;
  return (
    <>
      <p>{say("asks")}</p>
      <p className="muted">{say("asks_first")}</p>
      <Button className="button" onPress={props.onClose}>
        {say("not_me")}
      </Button>
    </>
  );
}

function Question({ request, onFailed, onClose, text }: AskedProps & { text: string }) {
  const say = usePhrases();
  const [isAccepting, setAccepting] = useState(false);
  if (isAccepting) return <Waiting text={say("beginning")} />;
  return (
    <>
      <p>{text}</p>
      <p className="muted">{say("asks_hint")}</p>
      <Button
        className="button primary"
        onPress={() => {
          setAccepting(true);
          request.accept().catch(onFailed);
        }}
      >
        {say("accept")}
      </Button>
      <Button className="button" onPress={onClose}>
        {say("not_me")}
      </Button>
    </>
  );
}
