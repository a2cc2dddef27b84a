/** The files of a message: pictures to look at, documents to download. */
import { type ReactNode, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Attachment } from "../../protocol/types.ts";
import { useStore } from "../context.ts";
import { fileKind, fileSize, isPicture } from "../files.ts";
import { Dialog } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

export function Attachments({ files }: { files: Attachment[] }): ReactNode {
  if (files.length === 0) return null;
  const pictures = files.filter(isPicture);
  const documents = files.filter((file) => !isPicture(file));
  return (
    <div className="attachments">
      {pictures.length > 0 && (
        <div className={pictures.length === 1 ? "pictures pictures-one" : "pictures"}>
          {pictures.map((file) => (
            <Picture key={file.id} file={file} />
          ))}
        </div>
      )}
      {documents.map((file) => (
        <Download key={file.id} file={file} />
      ))}
    </div>
  );
}

function Picture({ file }: { file: Attachment & { width: number; height: number } }): ReactNode {
  const { t } = useLanguage();
  const { config } = useStore();
  const [open, setOpen] = useState(false);
  const url = `${config.filesUrl}/${file.id}`;
  return (
    <>
      <button
        type="button"
        className="picture"
        aria-label={t.message.files.open(file.name)}
        title={file.name}
        onClick={() => setOpen(true)}
      >
        <img
          src={`${url}/thumbnail`}
          alt={file.name}
          width={file.width}
          height={file.height}
          decoding="async"
        />
      </button>
      {open && (
        <Dialog
          title={file.name}
          wide
          onClose={() => setOpen(false)}
          footer={
            <a className="btn" href={url} download={file.name}>
              <Icon name="download" /> {t.message.files.download}
            </a>
          }
        >
          <img className="picture-large" src={url} alt={file.name} width={file.width} height={file.height} />
        </Dialog>
      )}
    </>
  );
}

function Download({ file }: { file: Attachment }): ReactNode {
  const { t, code } = useLanguage();
  const { config } = useStore();
  const kind = fileKind(file, t);
  const size = fileSize(file.bytes, code);
  return (
    <a className="file" href={`${config.filesUrl}/${file.id}`} download={file.name} title={file.name}>
      <Icon name="file-text" />
      <span className="file-what">
        <b>
          <span className="sr-only">{t.message.files.download} </span>
          {file.name}
        </b>
        <span className="faint">
          {kind} · {size}
        </span>
      </span>
      <Icon name="download" />
    </a>
  );
}
