// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/documentwriter.h"

#include "core/report/securefile.h"

#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>

#include <memory>

namespace bartizan {
namespace {

Result<void> writeDocument(const QString &path, const std::function<QByteArray()> &make)
{
    auto file = SecureFile::create(path, true);
    if (!file)
        return file.error();
    const QByteArray text = make();
    if (auto done = file->write({text.constData(), static_cast<std::size_t>(text.size())}); !done)
        return done;
    return file->publish();
}

} // namespace

void DocumentWriter::start(const QString &path, std::function<QByteArray()> make)
{
    Q_ASSERT(!m_running);
    m_running = true;
    auto promise = std::make_shared<QPromise<Result<void>>>();
    // It goes with the writer, and what is being written is written to its end.
    auto *watcher = new QFutureWatcher<Result<void>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, path] {
        watcher->deleteLater();
        m_running = false;
        if (const Result<void> done = watcher->result(); done)
            Q_EMIT written(path);
        else
            Q_EMIT failed(done.error());
    });
    watcher->setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, path, make = std::move(make)] {
        promise->start();
        promise->addResult(writeDocument(path, make));
        promise->finish();
    });
}

} // namespace bartizan
