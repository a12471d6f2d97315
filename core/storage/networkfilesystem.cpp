// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/networkfilesystem.h"

#include <algorithm>
#include <array>

namespace bartizan {

bool isNetworkFileSystem(const QString &type)
{
    static constexpr std::array kinds{
        QLatin1String("nfs"),        QLatin1String("nfs4"),         QLatin1String("cifs"),
        QLatin1String("smb3"),       QLatin1String("smbfs"),        QLatin1String("9p"),
        QLatin1String("afs"),        QLatin1String("ncpfs"),        QLatin1String("coda"),
        QLatin1String("ceph"),       QLatin1String("lustre"),       QLatin1String("beegfs"),
        QLatin1String("gfs2"),       QLatin1String("ocfs2"),        QLatin1String("fuse.sshfs"),
        QLatin1String("fuse.rclone"), QLatin1String("fuse.ceph-fuse"), QLatin1String("fuse.glusterfs"),
        QLatin1String("fuse.s3fs"),  QLatin1String("fuse.davfs"),   QLatin1String("davfs"),
        QLatin1String("fuse.smbnetfs"), QLatin1String("fuse.gvfsd-fuse"), QLatin1String("fuse.curlftpfs"),
    };
    return std::any_of(kinds.begin(), kinds.end(), [&](QLatin1String kind) { return type == kind; });
}

} // namespace bartizan
